import Foundation

/// Work shared among the processors.
package enum Parallel {
    /// What `body` gives for each element, in their order.
    ///
    /// - Parameter deadline: nothing new is begun after it; what was not begun has no result.
    /// - Throws: what `body` throws first.
    package static func map<Element: Sendable, Result: Sendable>(
        _ elements: [Element], until deadline: ContinuousClock.Instant? = nil,
        _ body: @escaping @Sendable (Element) throws -> Result
    ) async throws -> [Result] {
        try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            var left = elements.enumerated().makeIterator()
            func begin(_ group: inout ThrowingTaskGroup<(Int, Result), any Error>) {
                if let deadline, ContinuousClock.now > deadline { return }
                guard let (place, element) = left.next() else { return }
                group.addTask { (place, try body(element)) }
            }
            for _ in 0..<ProcessInfo.processInfo.activeProcessorCount { begin(&group) }
            var results: [(Int, Result)] = []
            while let result = try await group.next() {
                results.append(result)
                begin(&group)
            }
            return results.sorted { $0.0 < $1.0 }.map { $0.1 }
        }
    }
}
