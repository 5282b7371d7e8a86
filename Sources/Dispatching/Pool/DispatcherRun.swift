import Synchronization

/// A dispatcher from its start to its end.
struct DispatcherRun: Sendable {
    let number: Int
    let dispatcher: Dispatcher
    var configuration: ServedConfiguration
    /// Tells its engines' sockets from those of other runs; free again when it has ended.
    let socketNumber: Int
    private let stops = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    init(number: Int, dispatcher: Dispatcher, configuration: ServedConfiguration, socketNumber: Int) {
        self.number = number
        self.dispatcher = dispatcher
        self.configuration = configuration
        self.socketNumber = socketNumber
    }

    /// The sockets of the usual run have the shortest names.
    static func socketPrefix(_ number: Int) -> String { number == 0 ? "lane" : "lane\(number)" }

    /// Runs until the dispatcher has drained, or ``stop()``.
    ///
    /// - Returns: The error that ended it.
    func untilEnd() async -> (any Error)? {
        await withTaskGroup(of: (any Error)?.self) { group in
            group.addTask {
                do { try await dispatcher.run() } catch is CancellationError {} catch { return error }
                return nil
            }
            group.addTask {
                for await _ in stops.stream { break }
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    /// Ends it at once, with what its engines are generating.
    func stop() { stops.continuation.yield() }
}

/// Numbers that tell the sockets of one run's engines from those of others.
final class SocketNumbers: Sendable {
    private let taken = Mutex<Set<Int>>([])

    /// The least number that is free.
    func take() -> Int {
        taken.withLock { taken in
            let free = (0...taken.count).first { !taken.contains($0) } ?? 0
            taken.insert(free)
            return free
        }
    }

    func giveBack(_ number: Int) { _ = taken.withLock { $0.remove(number) } }
}
