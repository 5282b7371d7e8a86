/// A file in the state directory that says of which spool the ledger beside it is.
///
/// Whoever finds a state directory learns from it where the prompts and answers are, wherever a configuration put them:
/// the Debian package, when it is purged, removes a ledger only with a spool in which nobody's file is left.
public struct SpoolNote: Sendable {
    private let path: String
    private let disk: any Disk

    public init(stateDirectory: String, disk: any Disk = LinuxDisk()) {
        path = stateDirectory + "/spool"
        self.disk = disk
    }

    /// Writes the spool's path, unless it is there already.
    ///
    /// - Throws: ``SpoolError`` if it cannot be written.
    public func write(_ layout: SpoolLayout) throws(SpoolError) {
        let line = Array((layout.root + "\n").utf8)
        guard (try? disk.contents(of: path, limit: line.count)) != line else { return }
        try disk.replace(path, with: line)
    }
}
