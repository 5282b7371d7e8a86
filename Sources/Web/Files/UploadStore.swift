import Foundation
import Logging
import Spool
import Synchronization
import SystemPackage

/// The uploads: `api/files/ID/` with `content` and `file.json`. A directory appears whole, by rename, and vanishes so.
///
/// A batch has its own hard link of the content, so that an upload may be deleted at any time.
final class UploadStore: Sendable {
    static let contentName = "content"
    static let recordName = "file.json"
    private static let deletedPrefix = ".deleted-"

    private let layout: SpoolLayout
    private let logger: Logger
    private let uploads = Mutex<[String: Upload]>([:])

    init(layout: SpoolLayout, logger: Logger) {
        self.layout = layout
        self.logger = logger
    }

    private var disk: any Disk { layout.disk }
    private var directory: String { layout.api + "/files" }

    /// The path of an upload's content.
    func contentPath(of id: String) -> String { "\(directory)/\(id)/\(Self.contentName)" }

    /// Reads what is there, and removes uploads that broke off with an earlier run.
    func load() throws(SpoolError) {
        var found: [String: Upload] = [:]
        for name in try RecordFile.names(in: directory, on: disk) {
            let path = directory + "/" + name
            guard !name.hasPrefix(".") else {
                if Self.isUnfinished(name) { disk.removeTree(path) }
                continue
            }
            do throws(SpoolError) {
                let upload: Upload = try RecordFile.read(path + "/" + Self.recordName, on: disk)
                found[upload.id] = upload
            } catch {
                if error.isTemporary { throw error }
                logger.error("An upload is passed over: \(error)")
            }
        }
        uploads.withLock { $0 = found }
    }

    /// Whether a hidden name is that of an upload that was not finished, or not quite deleted.
    private static func isUnfinished(_ name: String) -> Bool {
        name.hasPrefix(deletedPrefix) || UploadWriter.isHidden(name)
    }

    /// All of them, in no order.
    var all: [Upload] { uploads.withLock { Array($0.values) } }

    /// The upload of this id.
    subscript(id: String) -> Upload? { uploads.withLock { $0[id] } }

    /// Begins a new one.
    func begin() throws(SpoolError) -> UploadWriter {
        try RecordFile.makeDirectories([layout.api, directory], in: layout.root, on: disk)
        return try UploadWriter(in: directory, on: disk)
    }

    /// Keeps a new one, from then on.
    func keep(_ writer: UploadWriter, fileName: String) throws(SpoolError) -> Upload {
        let upload = try writer.finish(fileName: fileName)
        uploads.withLock { $0[upload.id] = upload }
        return upload
    }

    /// Deletes an upload.
    ///
    /// - Returns: False if there is none of this id.
    func delete(_ id: String) throws(SpoolError) -> Bool {
        guard let upload = uploads.withLock({ $0.removeValue(forKey: id) }) else { return false }
        let hidden = "\(directory)/\(Self.deletedPrefix)\(disk.uniqueNumber())"
        do throws(SpoolError) {
            try disk.rename(FilePath(directory + "/" + id), to: FilePath(hidden))
        } catch {
            guard error.code != ENOENT else { return true }
            uploads.withLock { $0[id] = upload }
            throw error
        }
        // Or a power cut brings back the name with a part of its files.
        try disk.synchronize(directory: FilePath(directory))
        disk.removeTree(hidden)
        return true
    }
}
