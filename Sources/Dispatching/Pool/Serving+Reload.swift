import Engine
import Logging

/// What became of the wish for another configuration.
enum ChangeOutcome: Sendable {
    case accepted
    /// What serves stays.
    case refused(any Error)
    /// The daemon stops, or something newer is wanted.
    case interrupted
}

/// A new configuration of an engine: tried, and taken or refused. What is in force until then stays in force.
extension Serving {
    /// What became of an engine of a new configuration.
    private enum Trial {
        case answered(DispatcherRun)
        case failed(any Error)
        /// The daemon stops, or the configuration is to be read once more.
        case interrupted
    }

    func change(to new: ServedConfiguration) async -> ChangeOutcome {
        let running = await current?.dispatcher.settingsInUse ?? []
        if let current, !hasEnded(current), new.isServed(by: inForce, runningAt: running) {
            let new = new.withSlots(of: inForce)
            await accept(new)
            await current.dispatcher.apply(new.settings, source: new.source)
            return .accepted
        }
        if let warning = new.source.warning { logger.warning("\(warning)") }
        let way = ChangeOver(
            isServing: isServing(current), room: new.source.roomBesideOthers(),
            sharesMachine: new.source.isManaged && inForce.source.isManaged)
        guard way.triesBeside else { return await exchange(for: new) }
        switch await tryOut(new, allowsFewerSlots: !way.mayExchange) {
        case .answered(let run):
            await replaceCurrent(by: run)
            return .accepted
        case .interrupted: return .interrupted
        case .failed(let error):
            guard way.mayExchange else { return .refused(error) }
            logger.warning("The new engine did not start beside the one that serves: \(error)")
            return await exchange(for: new)
        }
    }

    /// Ends what serves, to make room, and comes back to it if the new engine does not start all the same.
    private func exchange(for new: ServedConfiguration) async -> ChangeOutcome {
        if let current {
            if isServing(current) {
                logger.notice("The engine that serves makes room for one of the new configuration")
            }
            await drain(current, within: inForce.settings.dispatch.drainTimeout)
        }
        serve(with: nil)
        guard !isOver else { return .interrupted }
        var outcome = ChangeOutcome.interrupted
        switch await tryOut(new, allowsFewerSlots: true) {
        case .answered(let run):
            await replaceCurrent(by: run)
            return .accepted
        case .failed(let error): outcome = .refused(error)
        case .interrupted: break
        }
        if !isOver { serve(with: begin(inForce, as: isReady ? .again : .first)) }
        return outcome
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
        serve(with: run)
        await accept(run.configuration)
        if let old, !hasEnded(old) { await drain(old, within: inForce.settings.dispatch.drainTimeout) }
        admit(run)
    }
}

/// How an engine of a new configuration comes into the place of one that serves.
struct ChangeOver: Sendable, Equatable {
    /// It is tried while the old one goes on serving.
    let triesBeside: Bool
    /// If it does not start so, the old one makes room for it, and comes back if that did not help.
    let mayExchange: Bool

    /// - Parameters:
    ///   - isServing: whether there is an old engine that has answered.
    ///   - room: what there is for another engine.
    ///   - sharesMachine: whether both engines are child processes of the daemon.
    init(isServing: Bool, room: EngineRoom, sharesMachine: Bool) {
        switch room {
        case _ where !isServing: (triesBeside, mayExchange) = (false, true)
        case _ where !sharesMachine: (triesBeside, mayExchange) = (true, false)
        case .enough: (triesBeside, mayExchange) = (true, false)
        case .unknown: (triesBeside, mayExchange) = (true, true)
        case .none: (triesBeside, mayExchange) = (false, true)
        }
    }
}
