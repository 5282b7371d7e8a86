import Foundation
import SystemPackage

/// A buffered writer for one file.
public final class FileWriter {
    /// The file's path.
    public let path: String
    private let file: any DiskFile
    private var buffer: [UInt8] = []
    private static let flushThreshold = 1 << 18

    public init(
        creating path: String, on disk: any Disk = LinuxDisk(), _ creation: FileCreation = .emptied,
        mode: mode_t = 0o640
    ) throws(SpoolError) {
        file = try disk.create(FilePath(path), creation, mode: mode)
        self.path = path
    }

    /// Sets an extended attribute of the file; ``finish()`` brings it to disk too.
    func setAttribute(_ name: String, to value: String) throws(SpoolError) {
        try file.setAttribute(name, to: value)
    }

    /// Sets the permissions of the file that is open, whatever the umask was and whatever has its name now.
    public func setMode(_ mode: mode_t) throws(SpoolError) { try file.setMode(mode) }

    /// Appends `bytes` to the buffer, which is written out when it is large.
    public func write(_ bytes: some Sequence<UInt8>) throws(SpoolError) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.flushThreshold { try flush() }
    }

    /// Writes `bytes` and a newline.
    public func writeLine(_ bytes: some Sequence<UInt8>) throws(SpoolError) {
        try write(bytes)
        try write(CollectionOfOne(UInt8(ascii: "\n")))
    }

    /// Hands the buffer to the kernel.
    public func flush() throws(SpoolError) {
        var offset = 0
        defer { buffer.removeFirst(offset) }
        while offset < buffer.count {
            let written = buffer.withUnsafeBytes { bytes -> Result<Int, SpoolError> in
                Result { () throws(SpoolError) in
                    try file.write(UnsafeRawBufferPointer(rebasing: bytes[offset...]))
                }
            }
            offset += try written.get()
        }
    }

    /// Flushes and waits until the disk has it.
    public func finish() throws(SpoolError) {
        try flush()
        try file.synchronize()
    }
}
