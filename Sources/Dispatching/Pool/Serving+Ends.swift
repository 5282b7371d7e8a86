import Engine
import Logging

/// How runs end, and what comes after one whose engine did not start.
extension Serving {
    /// What to try after an engine that did not start; nil where nothing smaller is allowed.
    func fewerSlots(_ configuration: ServedConfiguration, after error: any Error) -> ServedConfiguration? {
        guard case EngineError.startFailed = error, let smaller = configuration.withFewerSlots() else {
            return nil
        }
        logger.warning(
            "The engine did not start with \(configuration.source.slots) slots; trying \(smaller.source.slots): \(error)"
        )
        return smaller
    }

    /// Lets a run's prompts in flight finish, and ends it.
    ///
    /// - Parameter limit: after which those that are left go back to the queue, as if they had not been sent; nil for a
    ///   stop of the daemon, which has its own.
    func drain(_ run: DispatcherRun, within limit: Duration?) async {
        await run.dispatcher.drain()
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await run.dispatcher.waitUntilIdle()
                return false
            }
            group.addTask {
                await self.waitForEnd(of: run)
                return false
            }
            if let limit { group.addTask { (try? await Task.sleep(for: limit)) != nil } }
            if await group.next() == true, let limit {
                logger.warning(
                    "Prompts that were still in flight after \(limit.secondsText) go back to the queue; their engine ends"
                )
            }
            group.cancelAll()
        }
        run.stop()
        await wait { hasEnded(run) }
    }

    private func waitForEnd(of run: DispatcherRun) async {
        await wait { isHardStopped || hasEnded(run) }
    }
}
