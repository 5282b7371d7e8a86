import Foundation
import PromptBatch
import Spool

/// A file that a client has uploaded.
struct Upload: Codable, Hashable, Sendable {
    let id: String
    /// What the client calls it: any text.
    let fileName: String
    let bytes: Int
    let createdAt: Date

    enum CodingKeys: String, CodingKey {
        case id, bytes
        case fileName = "filename"
        case createdAt = "created_at"
    }

    /// What it is called in `incoming/`: the client's name without anything that means something in a path, as a batch
    /// file, which it is whatever its suffix.
    var dropName: String {
        let last = fileName.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
        var stem = FileStem(of: FileName(last).text).text
        while stem.hasPrefix(".") { stem.removeFirst() }
        if stem.isEmpty { stem = "batch" }
        let suffix = ".jsonl"
        while stem.utf8.count + suffix.utf8.count > IncomingDoor.maximumNameBytes { stem.removeLast() }
        return stem + suffix
    }
}
