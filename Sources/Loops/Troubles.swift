import Synchronization

/// What keeps parts of the daemon from working at present, for status, journal and systemd.
package final class Troubles: Sendable {
    /// Who has trouble; in the order in which they are told.
    package enum Source: Int, CaseIterable, Sendable {
        case recovery, ledger, queue, publishing, intake, directory, growth, control, deadlines, retention
        case hooks
    }

    private let reasons = Mutex<[Source: String]>([:])

    package init() {}

    /// The reason to tell, if there is any.
    package var first: String? {
        reasons.withLock { reasons in Source.allCases.compactMap { reasons[$0] }.first }
    }

    /// Whether a source has trouble.
    package func has(_ source: Source) -> Bool {
        reasons.withLock { $0[source] != nil }
    }

    /// Notes a trouble.
    ///
    /// - Returns: Whether the source had none before.
    @discardableResult
    package func set(_ source: Source, _ reason: String) -> Bool {
        reasons.withLock { $0.updateValue(reason, forKey: source) == nil }
    }

    /// Notes that a source works again.
    ///
    /// - Returns: Whether it had a trouble before.
    @discardableResult
    package func clear(_ source: Source) -> Bool {
        reasons.withLock { $0.removeValue(forKey: source) != nil }
    }
}
