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

    /// Makes it, at a path where nothing is.
    ///
    /// - Returns: Whether the window holds; it does not where the file system keeps no attributes.
    /// - Throws: `SpoolError`, with the code `ENOENT` if the upload is gone.
    func make(_ window: Duration) throws(SpoolError) -> Bool {
        let upload = try InputFile(path: content, on: disk)
        var isLimited = true
        do throws(SpoolError) {
            guard try upload.giveDeadline(.within(window)) else {
                try copy(upload, window)
                return true
            }
        } catch {
            guard error.code == ENOTSUP else { throw error }
            isLimited = false
        }
        try disk.link(FilePath(content), to: path)
        return isLimited
    }

    private func copy(_ upload: InputFile, _ window: Duration) throws(SpoolError) {
        let writer = try FileWriter(creating: path.string, on: disk, .new)
        try writer.setDeadline(.within(window))
        var offset = 0
        while offset < upload.size {
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
