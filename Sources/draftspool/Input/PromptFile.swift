import JSON
import Foundation
import PromptBatch

/// A file of prompts as the daemon would read it.
struct PromptFile: Sendable {
    /// The name that the format is told by where the content leaves it open.
    let name: String
    private let bytes: Data

    /// Opens a file without reading it into memory; `-` reads standard input to its end.
    ///
    /// - Throws: ``ToolError`` if it cannot be read or is a directory.
    init(path: String) throws(ToolError) {
        guard path != "-" else {
            self.init(name: "stdin", bytes: FileHandle.standardInput.readDataToEndOfFile())
            return
        }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw ToolError("\(path): no such file", remedy: "check the path")
        }
        guard !isDirectory.boolValue else {
            throw ToolError("\(path) is a directory", remedy: "name the files in it: \(path)/*")
        }
        do {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
            self.init(name: (path as NSString).lastPathComponent, bytes: bytes)
        } catch {
            throw ToolError(
                "cannot read \(path): \(error.localizedDescription)", remedy: "check its permissions")
        }
    }

    /// One prompt of plain text, such as a command line gives.
    init(text: String) {
        self.init(name: "text", bytes: Data(text.utf8))
    }

    init(name: String, bytes: Data) {
        self.name = name
        self.bytes = bytes
    }

    /// What the file is.
    ///
    /// - Throws: `PromptProblem` for a file that is empty, binary, or JSON but not one object a line.
    func format() throws(PromptProblem) -> BatchFormat {
        try PromptParser.format(fileName: name, head: Array(bytes.prefix(PromptParser.formatHeadBytes)))
    }

    /// Hands every prompt, and every line that cannot be read as one, to `body` in the order of the file.
    ///
    /// - Parameter maximumLineBytes: the size limit of the configuration.
    /// - Throws: `PromptProblem` where the file as a whole cannot be read, and what `body` throws.
    func forEachPrompt(
        maximumLineBytes: Int, _ body: (Result<Prompt, PromptProblem>) throws -> Void
    ) throws {
        let parser = PromptParser(
            limits: PromptParser.Limits(
                maximumLineBytes: maximumLineBytes, maximumDocumentBytes: maximumLineBytes))
        guard try format().isLineBased else {
            try bytes.withUnsafeBytes { bytes in
                try body(.success(try parser.parseDocument(bytes, fileName: name)))
            }
            return
        }
        var firstLines: [ExactText: Int] = [:]
        try forEachLine { line, number in
            guard !PromptParser.isBlank(line) else { return }
            let prompt: Prompt
            do throws(PromptProblem) {
                prompt = try parser.parseLine(line, line: number)
            } catch {
                return try body(.failure(error))
            }
            let id = ExactText(prompt.customID)
            if prompt.hasExplicitID, let first = firstLines.updateValue(number, forKey: id) {
                firstLines[id] = first
                return try body(
                    .failure(.duplicateCustomID(prompt.customID, line: number, firstLine: first)))
            }
            try body(.success(prompt))
        }
    }

    private func forEachLine(_ body: (UnsafeRawBufferPointer, Int) throws -> Void) throws {
        try bytes.withUnsafeBytes { buffer in
            var number = 0
            var start = 0
            while start < buffer.count {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[start...])
                let newline = rest.baseAddress.flatMap { memchr($0, 0x0A, rest.count) }
                let length =
                    newline.flatMap { end in rest.baseAddress.map { $0.distance(to: end) } } ?? rest.count
                number += 1
                try body(UnsafeRawBufferPointer(rebasing: rest[..<length]), number)
                start += length + 1
            }
        }
    }
}
