import Foundation
import Spool

@testable import draftspool

/// A spool in a directory of its own, removed with this value.
final class TemporarySpool: Sendable {
    let layout: SpoolLayout

    init() throws {
        let root = FileManager.default.temporaryDirectory.path + "/cli-\(UUID().uuidString)"
        layout = SpoolLayout(root: root)
        try layout.create()
    }

    deinit {
        try? FileManager.default.removeItem(atPath: layout.root)
    }

    var access: SpoolAccess { SpoolAccess(layout: layout) }

    /// Files in `incoming/`, hidden ones included.
    var incoming: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: layout.incoming).sorted() }
    }

    /// Writes a file beside the spool's directories.
    func write(_ text: String, to name: String) throws -> String {
        let path = layout.root + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// Writes a status as a daemon would whose process is this one.
    func writeStatus(
        _ state: String = "ready", batches: String = "[]", version: String = "0.1.0", extra: String = ""
    ) throws {
        let date = Date().formatted(.iso8601)
        let text = """
            {"state":"\(state)","message":"busy","version":"\(version)","pid":\(getpid()),"updated_at":"\(date)",\
            "queued":3,"running":1,"answered":2,"failed":0,"tokens_per_second":51.5,"lanes":[]\(extra),"batches":\(batches)}
            """
        _ = try write(text, to: "status.json")
    }

    func dropper(isForced: Bool = false) -> BatchDropper {
        BatchDropper(layout: layout, maximumLineBytes: 1 << 20, isForced: isForced)
    }
}
