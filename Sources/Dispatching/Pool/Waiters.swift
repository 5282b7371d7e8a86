/// Those who wait until an actor's state has changed.
///
/// ```swift
/// while !condition(), !Task.isCancelled { for await _ in waiters.next() { break } }
/// ```
struct Waiters {
    private var sleeping: [AsyncStream<Void>.Continuation] = []

    /// Ends at the next change, or when the task is cancelled.
    mutating func next() -> AsyncStream<Void> {
        let (wakeUps, wakeUp) = AsyncStream<Void>.makeStream()
        sleeping.append(wakeUp)
        return wakeUps
    }

    mutating func wakeAll() {
        for waiter in sleeping { waiter.finish() }
        sleeping = []
    }
}
