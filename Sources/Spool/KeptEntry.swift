import Foundation

/// A file of `done/` or a directory of `output/`, as retention sees it.
struct KeptEntry: Sendable {
    let name: FileName
    let bytes: Int
    /// When it was put there.
    let date: Date

    /// A regular file; its time is that of the rename which put it there, not that of its content.
    static func file(_ name: FileName, in directory: String) -> KeptEntry? {
        var status = stat()
        guard lstat(name.path(in: directory), &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        return KeptEntry(name: name, bytes: Int(status.st_size), date: date(status.st_ctim))
    }

    /// A published output: a directory with a `summary.json`. Anything else is not the daemon's to remove.
    static func output(_ name: FileName, in directory: String) -> KeptEntry? {
        let path = directory + "/" + name.text
        var status = stat()
        guard !name.text.hasPrefix("."), lstat(path + "/summary.json", &status) == 0,
            status.st_mode & S_IFMT == S_IFREG
        else { return nil }
        let finished = date(status.st_mtim)
        let bytes = ((try? FileName.list(path)) ?? []).reduce(0) { sum, file in
            lstat(file.path(in: path), &status) == 0 ? sum + Int(status.st_size) : sum
        }
        return KeptEntry(name: name, bytes: bytes, date: finished)
    }

    private static func date(_ time: timespec) -> Date {
        Date(timeIntervalSince1970: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }
}
