import Foundation
import Spool

/// Where results are written in one piece: standard output, or a file that appears when it is whole.
final class ResultOutput {
    private static let flushThreshold = 1 << 16

    private let descriptor: Int32
    private let path: String
    /// What the file is called until it is whole; nil where it is written in place.
    private let temporary: String?
    private var buffer: [UInt8] = []
    private var isFinished = false

    /// - Parameter path: nil for standard output. A file that is there is replaced and keeps its mode; what a link leads
    ///   to, a pipe and a device are written in place.
    /// - Throws: `SpoolError` if it cannot be written.
    init(path: String?) throws(SpoolError) {
        guard let path else {
            self.path = "standard output"
            temporary = nil
            descriptor = STDOUT_FILENO
            return
        }
        self.path = path
        var status = stat()
        let isThere = lstat(path, &status) == 0
        if isThere, status.st_mode & S_IFMT != S_IFREG {
            temporary = nil
            descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        } else {
            let directory = (path as NSString).deletingLastPathComponent
            let name = ".results-\(getpid())-\(UInt32.random(in: .min ... .max)).tmp"
            let beside = directory.isEmpty ? name : directory + "/" + name
            temporary = beside
            descriptor = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if isThere { fchmod(descriptor, status.st_mode & 0o7777) }
        }
        guard descriptor >= 0 else { throw SpoolError(operation: "write", path: path) }
    }

    /// Whether a person sees what is written.
    var isTerminal: Bool { isatty(descriptor) == 1 }

    deinit {
        guard descriptor >= 0, descriptor != STDOUT_FILENO else { return }
        close(descriptor)
        if !isFinished, let temporary { unlink(temporary) }
    }

    func write(_ bytes: [UInt8]) throws(SpoolError) {
        buffer += bytes
        if buffer.count >= Self.flushThreshold { try flush() }
    }

    /// Writes what is left and gives the file its name.
    func finish() throws(SpoolError) {
        try flush()
        if let temporary, rename(temporary, path) != 0 { throw SpoolError(operation: "write", path: path) }
        isFinished = true
    }

    private func flush() throws(SpoolError) {
        var rest = buffer[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written >= 0 {
                rest = rest.dropFirst(written)
            } else if errno != EINTR {
                throw SpoolError(operation: "write", path: path)
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
