import Spool
import SystemPackage

/// An upload on its way to disk, under a hidden name until it is whole.
final class UploadWriter {
    private static let hiddenPrefix = "."
    private static let hiddenSuffix = ".part"

    private let id: String
    private let directory: String
    private let hidden: String
    private let disk: any Disk
    private let content: FileWriter
    private(set) var byteCount = 0

    /// - Parameter directory: where uploads are.
    init(in directory: String, on disk: any Disk) throws(SpoolError) {
        let id = FileID.makeUpload()
        self.id = id
        self.directory = directory
        self.disk = disk
        let hidden = directory + "/" + Self.hiddenPrefix + id + Self.hiddenSuffix
        self.hidden = hidden
        try disk.makeDirectory(FilePath(hidden), mode: 0o750)
        do throws(SpoolError) {
            content = try FileWriter(creating: hidden + "/" + UploadStore.contentName, on: disk, .new)
        } catch {
            disk.removeTree(hidden)
            throw error
        }
    }

    /// Whether a name is one that an upload has until it is whole.
    static func isHidden(_ name: String) -> Bool {
        guard name.hasPrefix(hiddenPrefix), name.hasSuffix(hiddenSuffix) else { return false }
        let id = String(name.dropFirst(hiddenPrefix.count).dropLast(hiddenSuffix.count))
        return FileID(id) == .upload(id)
    }

    func write(_ bytes: ArraySlice<UInt8>) throws(SpoolError) {
        try content.write(bytes)
        byteCount += bytes.count
    }

    /// Brings it to disk and gives it its name.
    func finish(fileName: String) throws(SpoolError) -> Upload {
        let upload = Upload(
            id: id, fileName: fileName, bytes: byteCount, createdAt: RecordFile.now(on: disk))
        try content.finish()
        let path = hidden + "/" + UploadStore.recordName
        let record = try FileWriter(creating: path, on: disk, .new)
        try record.write(try RecordFile.bytes(of: upload, for: path))
        try record.finish()
        try disk.synchronize(directory: FilePath(hidden))
        let named = FilePath(directory + "/" + id)
        try disk.rename(FilePath(hidden), to: named)
        do throws(SpoolError) { try disk.synchronize(directory: FilePath(directory)) } catch {
            // Nobody will be told its id.
            try? disk.rename(named, to: FilePath(hidden))
            throw error
        }
        return upload
    }

    /// Leaves nothing of it.
    func discard() { disk.removeTree(hidden) }
}
