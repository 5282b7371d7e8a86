import Glibc
import SystemPackage

/// The directory of the sockets and keys of managed engines.
enum RuntimeDirectory {
    /// Makes it, open to this user only, where it is missing.
    ///
    /// - Throws: ``EngineError/startFailed(reason:lastWords:)`` where that fails.
    static func make(_ path: String) throws(EngineError) {
        guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        throw .startFailed(
            reason: "cannot make the runtime directory \(path): \(Errno(rawValue: errno))", lastWords: [])
    }
}
