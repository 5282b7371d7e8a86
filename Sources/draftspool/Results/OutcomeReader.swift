import Foundation
import PromptBatch
import Spool

/// Reads an `output.jsonl` or `errors.jsonl` line by line, in memory bounded by the longest line.
final class OutcomeReader {
    /// Answers of more than 64 MiB are none; escapes may make six bytes of one.
    private static let longestLine = 512 << 20

    private let path: String
    private let isGrowing: Bool
    private var lines: LineReader
    private var number = 0

    /// - Parameter isGrowing: whether the daemon may be writing the last line.
    /// - Throws: `SpoolError` if the file cannot be opened.
    init(path: String, isGrowing: Bool) throws(SpoolError) {
        self.path = path
        self.isGrowing = isGrowing
        lines = try InputFile(path: path).lines(limit: Self.longestLine)
    }

    /// Opens a file; nil if there is none.
    static func open(_ path: String, isGrowing: Bool) throws(SpoolError) -> OutcomeReader? {
        do throws(SpoolError) {
            return try OutcomeReader(path: path, isGrowing: isGrowing)
        } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
    }

    /// The next line; nil at the end.
    ///
    /// - Throws: ``ToolError`` if it is damaged, `SpoolError` if it cannot be read.
    func next() throws -> OutputLine? {
        while let (line, place) = try lines.next() {
            number += 1
            if isGrowing, !place.isTerminated { return nil }
            guard place.length > 0 else { continue }
            guard case .bytes(let bytes) = line else { throw damaged("it is longer than any answer") }
            do throws(RecordError) {
                return try OutputLine(reading: Array(bytes))
            } catch {
                throw damaged(error.message)
            }
        }
        return nil
    }

    private func damaged(_ reason: String) -> ToolError {
        ToolError(
            "\(path):\(number) cannot be read: \(reason)",
            remedy: "the file was changed after draftspoold wrote it; restore it")
    }
}
