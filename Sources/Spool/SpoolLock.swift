import Foundation

/// Makes one process the owner of a spool for as long as this value lives.
public final class SpoolLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock without waiting.
    ///
    /// - Throws: ``SpoolError`` if another process holds it.
    public init(layout: SpoolLayout) throws(SpoolError) {
        let path = layout.root + "/.lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard descriptor >= 0 else { throw SpoolError(operation: "open lock file", path: path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            throw SpoolError(
                operation: "lock the spool", path: layout.root,
                reason: code == EWOULDBLOCK ? "another draftspoold owns it" : String(cString: strerror(code)),
                remedy: "stop the other daemon, or use another spool with --spool", code: code)
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }
}
