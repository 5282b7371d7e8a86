import Foundation

/// Makes one process the owner of a directory for as long as this value lives.
public final class SpoolLock: Sendable {
    private let descriptor: Int32

    /// Takes a spool's lock without waiting.
    ///
    /// - Throws: ``SpoolError`` if another process holds it.
    public convenience init(layout: SpoolLayout) throws(SpoolError) {
        try self.init(
            file: layout.root + "/.lock", what: "the spool", directory: layout.root,
            remedy: "stop the other daemon, or use another spool with --spool")
    }

    /// Takes the lock of a directory of the daemon's own, without waiting: two daemons with spools of their own may
    /// have been given the same one.
    ///
    /// - Parameters:
    ///   - directory: it must exist.
    ///   - key: the setting that names it.
    /// - Throws: ``SpoolError`` if another process holds it.
    public convenience init(directory: String, key: String) throws(SpoolError) {
        try self.init(
            file: directory + "/.draftspoold.lock", what: "the \(key)", directory: directory,
            remedy: "stop the other daemon, or set another \(key)")
    }

    private init(
        file: String, what: String, directory: String, remedy: String
    ) throws(SpoolError) {
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard descriptor >= 0 else { throw SpoolError(operation: "open lock file", path: file) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let owner = Self.owner(descriptor)
            close(descriptor)
            throw SpoolError(
                operation: "lock \(what)", path: directory,
                reason: code == EWOULDBLOCK
                    ? "another draftspoold owns it" + (owner.map { " (process \($0))" } ?? "")
                    : String(cString: strerror(code)),
                remedy: remedy, code: code)
        }
        self.descriptor = descriptor
        noteOwner()
    }

    deinit {
        close(descriptor)
    }

    /// Who holds the lock, as far as the file tells.
    private static func owner(_ descriptor: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: bytes[..<count], as: UTF8.self).prefix { $0.isNumber })
    }

    /// Only for people: on a full disk it fails, and the lock holds all the same.
    private func noteOwner() {
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0 else { return }
        _ = pwrite(descriptor, text, text.count, 0)
    }
}
