import Glibc
import PromptBatch
import Spool
import SystemPackage

/// The file of a batch that a client creates: what was uploaded, with the completion window.
///
/// It is a hard link of the upload, which takes no room. A window belongs to a file under all its names; so where an
/// earlier batch of the upload has another one, it is a copy.
struct OrderFile {
    private static let pieceBytes = 1 << 20

    let path: FilePath
    /// The path of the upload's content.
    let content: String
    let disk: any Disk

    /// What became of an attempt to link the upload.
    enum Linking {
        case linked
        /// The window does not hold, for the file system keeps no attributes.
        case linkedWithoutWindow
        /// There is nothing yet: the upload has another window.
        case wantsCopy
    }

    /// Links the upload, at a path where nothing is. Two windows must not be given to one upload at once.
    ///
    /// - Throws: `SpoolError`, with the code `ENOENT` if the upload is gone.
    func link(_ window: Duration) throws(SpoolError) -> Linking {
        let upload = try InputFile(path: content, on: disk)
        var linking = Linking.linked
        do throws(SpoolError) {
            guard try upload.giveDeadline(.within(window)) else { return .wantsCopy }
        } catch {
            guard error.code == ENOTSUP else { throw error }
            linking = .linkedWithoutWindow
        }
        try disk.link(FilePath(content), to: path)
        return linking
    }

    /// Copies the upload, at a path where nothing is. Others go on meanwhile, and a stop does not wait: a gigabyte takes
    /// its time.
    ///
    /// - Throws: `SpoolError`, with the code `ENOENT` if the upload is gone; `CancellationError`.
    @concurrent func copy(_ window: Duration) async throws {
        let upload = try InputFile(path: content, on: disk)
        let writer = try FileWriter(creating: path.string, on: disk, .new)
        try writer.setDeadline(.within(window))
        var offset = 0
        while offset < upload.size {
            try Task.checkCancellation()
            let bytes = try upload.read(at: offset, length: min(Self.pieceBytes, upload.size - offset))
            guard !bytes.isEmpty else {
                throw SpoolError(
                    operation: "copy", path: content, reason: "it was cut short meanwhile",
                    remedy: "upload it again")
            }
            try writer.write(bytes)
            offset += bytes.count
        }
        try writer.finish()
    }
}
