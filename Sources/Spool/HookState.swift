import Foundation

/// What came of telling somebody of the end of a batch.
public enum HookState: String, Codable, Sendable {
    /// It is to be told, or told again.
    case waiting
    case delivered
    /// It was tried in vain for as long as it may be.
    case givenUp = "given_up"
}

/// A finished batch that somebody is to be told of.
public struct WaitingHook: Sendable {
    public let batch: BatchRecord
    /// How often it was tried.
    public let tries: Int
    /// When it is to be told.
    public let dueAt: Date
}

extension SpoolStatus {
    /// Finished batches that somebody is still to be told of.
    public struct Hooks: Codable, Sendable, Equatable {
        public var waiting: Int
        /// Of them, those that were tried in vain.
        public var failing: Int
        /// Why one of those was.
        public var error: String?

        public init(waiting: Int, failing: Int, error: String?) {
            self.waiting = waiting
            self.failing = failing
            self.error = error
        }
    }
}
