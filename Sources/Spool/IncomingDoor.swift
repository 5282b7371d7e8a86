import Glibc

/// The way into `incoming/`: a file is written, or linked, under a name that the daemon leaves alone, and appears
/// complete, by rename. Whoever submits something comes through here.
public struct IncomingDoor: Sendable {
    /// Why the daemon would not take a file of a name.
    public enum NameProblem: Sendable {
        case noFileName
        /// It counts as work in progress, see ``SpoolLayout/isIgnored(name:)``.
        case ignored
        /// It has more than ``IncomingDoor/maximumNameBytes``.
        case tooLong
    }

    /// Names longer than this leave the daemon no room for its suffixes, bytes.
    public static let maximumNameBytes = 200

    private let layout: SpoolLayout

    public init(layout: SpoolLayout) {
        self.layout = layout
    }

    /// A path in `incoming/` that the daemon leaves alone.
    public func hiddenPath() -> String {
        layout.incoming + "/.submit-\(getpid())-\(layout.disk.uniqueNumber()).part"
    }

    /// Lets a file be taken that is complete and synchronised under a hidden name.
    ///
    /// - Returns: Its name: the one wanted, or the first free alternative.
    public func admit(_ hidden: String, as name: String) throws(SpoolError) -> String {
        try layout.disk.move(hidden, into: layout.incoming, as: name)
    }

    /// What is wrong with a name; nil if nothing is.
    public static func problem(with name: String) -> NameProblem? {
        if name.isEmpty || name.contains("/") || name.contains("\0") { return .noFileName }
        if SpoolLayout.isIgnored(name: name) { return .ignored }
        return name.utf8.count > maximumNameBytes ? .tooLong : nil
    }
}
