import JSON
import Foundation
import PromptBatch

/// Where the engines of a command listen, rather than the daemon's: a directory of this user alone.
public enum RuntimeDirectory {
    /// Makes the directory of a calibration, the same for every run on one results directory, so that engines a killed
    /// run left behind are found.
    ///
    /// - Throws: ``CalibrationError`` if it cannot be made or belongs to somebody else.
    static func make(forResultsIn results: String) throws(CalibrationError) -> String {
        var hash = StableHash()
        hash.combine(results)
        return try make(for: "calibrate-\(geteuid())-\(String(hash.value, radix: 16))")
    }

    /// Makes the directory, or takes the one of that name.
    ///
    /// - Throws: ``CalibrationError`` if it cannot be made or belongs to somebody else.
    public static func make(
        for name: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(CalibrationError) -> String {
        let parent =
            environment["XDG_RUNTIME_DIR"].flatMap { access($0, W_OK | X_OK) == 0 ? $0 : nil } ?? "/tmp"
        let path = "\(parent)/draftspool-\(name)"
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw CalibrationError(
                "cannot make \(path): \(String(cString: strerror(errno)))",
                remedy: "set XDG_RUNTIME_DIR to a directory of yours")
        }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
            throw CalibrationError(
                "\(path) is in the way and not yours", remedy: "set XDG_RUNTIME_DIR to a directory of yours")
        }
        return path
    }
}
