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

    /// Opens the input of a batch in the spool.
    ///
    /// - Parameter maximumLineBytes: the size limit of the configuration.
    /// - Throws: ``ToolError`` if it is not what ran, `SpoolError` if it cannot be read, `PromptProblem` if it is no
    ///   input of a batch.
    convenience init(inSpool path: String, of source: ResultSource, maximumLineBytes: Int) throws {
        let file = try InputFile(path: path)
        let status = try file.status()
        let found = FileIdentity(inode: file.inode, bytes: status.size, modifiedAt: status.modifiedAt)
        guard source.inputFile == nil || source.inputFile == found else {
            throw ToolError(
                "\(path) was changed since it ran",
                remedy: "if you have the file as it was submitted, name it by --input")
        }
        try self.init(file, of: source, maximumLineBytes: maximumLineBytes)
    }

    /// Opens a file that a person says is the input; links are followed.
    ///
    /// - Parameter maximumLineBytes: the size limit of the configuration.
    /// - Throws: ``ToolError`` if it cannot be what was submitted, `SpoolError` if it cannot be read, `PromptProblem` if
    ///   it is no input of a batch.
    convenience init(named path: String, of source: ResultSource, maximumLineBytes: Int) throws {
        var status = stat()
        guard stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
            throw ToolError("\(path) is no regular file", remedy: "write it to a file first, and name that")
        }
        let file = try InputFile(path: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
        if let submitted = source.inputFile, submitted.bytes != file.size {
            throw ToolError(
                "\(path) is not what was submitted: it has \(file.size) bytes, that had \(submitted.bytes)",
                remedy:
                    "name the file of prompts as it was dropped; of a table that is the .jsonl that was made of it"
            )
        }
        try self.init(file, of: source, maximumLineBytes: maximumLineBytes)
    }

    private init(_ file: InputFile, of source: ResultSource, maximumLineBytes: Int) throws {
        path = file.path
        parser = PromptParser(
            limits: .init(maximumLineBytes: maximumLineBytes, maximumDocumentBytes: maximumLineBytes))
        let name = (path as NSString).lastPathComponent
        let head = try file.read(at: 0, length: min(file.size, PromptParser.formatHeadBytes))
        let isLineBased = try PromptParser.format(fileName: name, head: head).isLineBased
        if let submitted = source.format, submitted.isLineBased != isLineBased {
            throw ToolError(
                "\(path) is not what was submitted: that was \(submitted.isLineBased ? "" : "not ")a prompt a line",
                remedy: "name the file of prompts as it was dropped")
        }
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
        if let id = outcome.customID, !Self.isID(id, of: prompt) {
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

    /// Whether a prompt ran under this id. One made up of its line's number has another number behind it where a later
    /// line has that id.
    private static func isID(_ id: String, of prompt: Prompt) -> Bool {
        if prompt.customID.hasSameBytes(as: id) { return true }
        return !prompt.hasExplicitID && id.hasPrefix(prompt.customID + "-")
            && Int(id.dropFirst(prompt.customID.count + 1)) != nil
    }
}
