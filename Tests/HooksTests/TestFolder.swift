import Foundation
import Testing

/// A folder of its own, removed with the value.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        var template = Array((NSTemporaryDirectory() + "draftspool-hooks-XXXXXX").utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// - Returns: the file's path.
    func write(_ name: String, _ text: String) throws -> String {
        let file = path + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        return file
    }

    /// Writes a program for `/bin/sh`.
    func script(_ text: String) throws -> String {
        let file = try write("script", "#!/bin/sh\n" + text + "\n")
        try #require(chmod(file, 0o700) == 0)
        return file
    }
}
