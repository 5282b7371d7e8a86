import Foundation
import JSON
import PromptBatch
import Spool

/// What was asked in a batch, read out of its input.
final class AskedPrompts {
    private let path: String
    private let parser: PromptParser
    private let document: Prompt?
    private let lines: NumberedLines

    /// Opens the input of a batch.
    ///
    /// - Parameter maximumLineBytes: the size limit of the configuration.
    /// - Throws: `SpoolError` if it cannot be read, `PromptProblem` if it is no input of a batch.
    init(path: String, maximumLineBytes: Int) throws {
        self.path = path
        let file = try InputFile(path: path)
        parser = PromptParser(
            limits: .init(maximumLineBytes: maximumLineBytes, maximumDocumentBytes: maximumLineBytes))
        let name = (path as NSString).lastPathComponent
        let head = try file.read(at: 0, length: min(file.size, PromptParser.formatHeadBytes))
        let isLineBased = try PromptParser.format(fileName: name, head: head).isLineBased
        document =
            try isLineBased || file.size > maximumLineBytes
            ? nil : parser.parseDocument(file.read(at: 0, length: file.size), fileName: name)
        lines = NumberedLines(of: file, limit: maximumLineBytes)
    }

    /// The prompt that an outcome is of; nil if its line could not be read as one.
    ///
    /// - Throws: ``ToolError`` if this is not the input of the outcome's batch; `SpoolError` if it cannot be read.
    func prompt(of outcome: OutputLine) throws -> Prompt? {
        if let document { return document }
        guard let number = outcome.inputLine, let line = try lines.line(number),
            let prompt = try? parser.parseLine(line, line: number)
        else { return nil }
        if let id = outcome.customID, prompt.hasExplicitID, !prompt.customID.hasSameBytes(as: id) {
            let (asked, answered) = (
                PlainText.singleLine(prompt.customID, limit: 60), PlainText.singleLine(id, limit: 60)
            )
            throw ToolError(
                "\(path) is not what was asked: its line \(number) is '\(asked)', "
                    + "the result of that line '\(answered)'",
                remedy: "name the batch's input by --input")
        }
        return prompt
    }
}

extension Prompt {
    /// What the last user turn asks.
    var question: String {
        let turns = request.turns
        return (turns.last { $0.role == .user } ?? turns.last)?.text ?? ""
    }
}
