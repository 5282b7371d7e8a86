import CSV
import Foundation
import PromptBatch
import Spool

/// A directory of text files: an answer each, and `index.csv`, which says what was asked in each.
final class ResultDirectory {
    private let path: String
    private let index: FileWriter

    /// Makes the directory, or takes one that is empty.
    ///
    /// - Throws: ``ToolError`` if something is in it, `SpoolError` if it cannot be written.
    init(path: String) throws {
        self.path = path
        if mkdir(path, 0o777) != 0 {
            let code = errno
            guard code == EEXIST, SpoolAccess.isDirectory(path) else {
                throw SpoolError(operation: "create directory", path: path, code: code)
            }
            guard try FileManager.default.contentsOfDirectory(atPath: path).isEmpty else {
                throw ToolError("\(path) is not empty", remedy: "name a new directory")
            }
        }
        index = try FileWriter(creating: path + "/index.csv", .new)
        try index.write(CSVText.row(["file", "custom_id", "line", "prompt", "error_code", "error"]))
    }

    /// Writes a file of its own: `ID.txt` with the answer, or `ID.failed.txt` with the reason.
    func add(_ result: BatchResult) throws {
        let (file, name) = try create(for: result)
        if let failure = result.failure {
            try file.writeLine("\(failure.code): \(failure.message)".utf8)
            if let remedy = failure.remedy { try file.writeLine(remedy.utf8) }
        } else {
            try file.writeLine((result.answer ?? "").utf8)
        }
        try file.flush()
        let cells = [
            name, result.customID ?? "", result.line.map(String.init) ?? "", result.question ?? "",
            result.failure?.code ?? "", result.failure?.message ?? "",
        ]
        try index.write(CSVText.row(cells.map(SpreadsheetCell.harmless)))
    }

    /// Brings the index to disk.
    func finish() throws(SpoolError) { try index.finish() }

    /// Opens a file that was not there, under the first name that is free.
    private func create(for result: BatchResult) throws(SpoolError) -> (FileWriter, name: String) {
        let suffix = result.failure == nil ? ".txt" : ".failed.txt"
        for candidate in AnswerFileName.candidates(for: result) {
            let name = candidate + suffix
            do throws(SpoolError) {
                return (try FileWriter(creating: path + "/" + name, .new), name)
            } catch {
                guard error.code == EEXIST else { throw error }
            }
        }
        throw SpoolError(
            operation: "find a free name in", path: path, reason: "every alternative is taken",
            remedy: "name a new directory")
    }
}
