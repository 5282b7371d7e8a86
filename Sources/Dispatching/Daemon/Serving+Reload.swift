import Engine
import Logging
import Settings
import Systemd

/// A new configuration: read, tried, and taken or refused. What is in force until then stays in force.
extension Serving {
    /// What became of an engine of a new configuration.
    private enum Trial {
        case answered(DispatcherRun)
        case failed(any Error)
        /// The daemon stops, or the configuration is to be read once more.
        case interrupted
    }

    /// Reads the configuration again and changes to it.
    func reload() async {
        wantsReload = false
        // Before the first readiness the manager waits for that.
        let isAnnounced = isReady
        if isAnnounced { notifier.reloading() }
        do {
            let old = inForce
            if let new = try await unlessInterrupted({ try await self.reader.read(replacing: old) }) {
                await change(to: new)
            }
        } catch {
            refuse(error)
        }
        if isAnnounced, !isInterrupted { notifier.ready(status: "ready") }
    }

    private func change(to new: ServedConfiguration) async {
        let running = await current?.dispatcher.settingsInUse ?? []
        if let current, !hasEnded(current), new.isServed(by: inForce, runningAt: running) {
            let new = new.withSlots(of: inForce)
            accept(new)
            await current.dispatcher.apply(new.settings, source: new.source)
            return
        }
        if let warning = new.source.warning { logger.warning("\(warning)") }
        let way = ChangeOver(
            isServing: isServing(current), room: new.source.roomBesideOthers(),
            sharesMachine: new.source.isManaged && inForce.source.isManaged)
        guard way.triesBeside else { return await exchange(for: new) }
        switch await tryOut(new, allowsFewerSlots: !way.mayExchange) {
        case .answered(let run): await replaceCurrent(by: run)
        case .interrupted: return
        case .failed(let error):
            guard way.mayExchange else { return refuse(error) }
            logger.warning("The new engine did not start beside the one that serves: \(error)")
            await exchange(for: new)
        }
    }

    /// Ends what serves, to make room, and comes back to it if the new engine does not start all the same.
    private func exchange(for new: ServedConfiguration) async {
        if let current {
            if isServing(current) {
                logger.notice("The engine that serves makes room for one of the new configuration")
            }
            await drain(current, within: settings.current.dispatch.drainTimeout)
        }
        current = nil
        guard !isOver else { return }
        switch await tryOut(new, allowsFewerSlots: true) {
        case .answered(let run): return await replaceCurrent(by: run)
        case .failed(let error): refuse(error)
        case .interrupted: break
        }
        if !isOver { current = begin(inForce, as: isReady ? .again : .first) }
    }

    /// Starts engines of a new configuration, at fewer slots where that is allowed and needed, and waits for an answer.
    private func tryOut(_ new: ServedConfiguration, allowsFewerSlots: Bool) async -> Trial {
        var new = new
        while true {
            let run = begin(new, as: .trial)
            await wait { hasAnswered(run) || hasEnded(run) || isInterrupted }
            if hasEnded(run) {
                let error = error(of: run) ?? CancellationError()
                guard allowsFewerSlots, !isInterrupted, let smaller = fewerSlots(new, after: error) else {
                    return isOver ? .interrupted : .failed(error)
                }
                new = smaller
            } else if hasAnswered(run), !isOver {
                return .answered(run)
            } else {
                run.stop()
                await wait { hasEnded(run) }
                return .interrupted
            }
        }
    }

    /// Takes a configuration whose engine has answered; what served until now finishes its prompts first.
    private func replaceCurrent(by run: DispatcherRun) async {
        let old = current
        current = run
        accept(run.configuration)
        if let old, !hasEnded(old) { await drain(old, within: settings.current.dispatch.drainTimeout) }
        admit(run)
    }

    private func accept(_ new: ServedConfiguration) {
        inForce = new
        judge.replace(by: new.judge)
        settings.replace(by: new.settings)
        reader.stallLimit.replace(by: new.settings.engine.stallTimeout)
        setLogLevel(Logger.Level(rawValue: new.settings.logLevel) ?? .info)
        logger.notice(
            "Configuration read again", metadata: ["MESSAGE_ID": "\(MessageID.configReloaded.rawValue)"])
    }

    private func refuse(_ error: any Error) {
        logger.error(
            "The new configuration is refused, the old one stays: \(error); mend that and reload again",
            metadata: ["MESSAGE_ID": "\(MessageID.configRefused.rawValue)"])
    }

    /// Runs work that a stop, or a further reload, cancels.
    ///
    /// - Returns: Nil if it was cancelled.
    private func unlessInterrupted<Result: Sendable>(
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result? {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                await self.waitForInterruption()
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    private func waitForInterruption() async { await wait { isInterrupted } }
}
