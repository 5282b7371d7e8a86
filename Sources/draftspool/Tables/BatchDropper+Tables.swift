import Foundation
import PromptBatch
import Spool

extension BatchDropper {
    /// Drops what a template makes of tables as JSON Lines: all of them, or none if a row makes no prompt.
    ///
    /// - Parameters:
    ///   - sources: paths, or `-` for standard input.
    ///   - name: the name to drop it under; nil: the table's own, with the suffix `.jsonl`.
    ///   - count: is given every prompt, and the place of its table among the sources.
    /// - Throws: ``TableError`` at the first row that makes no prompt, ``ToolError`` if a table cannot be read;
    ///   `SpoolError` if a file cannot be written.
    func drop(
        tables sources: [String], as name: String?, prompts: TablePrompts,
        counting count: (_ table: Int, Prompt) -> Void = { _, _ in }
    ) throws -> [BatchDrop] {
        var temporaries: [String] = []
        defer { for path in temporaries { unlink(path) } }
        let names = sources.map { name ?? Self.promptsName(of: $0) }
        try names.forEach(Self.check)
        var counts: [Int] = []
        for (index, source) in sources.enumerated() {
            let path = door.hiddenPath()
            temporaries.append(path)
            counts.append(try write(prompts, of: source, to: path) { count(index, $0) })
        }
        return try sources.indices.map { index in
            let inode = try Self.makeReadable(temporaries[index])
            let taken = try door.admit(temporaries[index], as: names[index])
            return BatchDrop(
                source: sources[index], name: taken, inode: inode, prompts: counts[index], unreadable: 0,
                problems: [])
        }
    }

    /// - Returns: How many prompts there are.
    private func write(
        _ prompts: TablePrompts, of source: String, to path: String, _ tell: (Prompt) -> Void
    ) throws -> Int {
        let writer = try makeFile(path)
        var count = 0
        try prompts.forEach(in: source) { row in
            try writer.writeLine(row.line)
            tell(row.prompt)
            count += 1
        }
        try writer.finish()
        return count
    }

    private static func promptsName(of source: String) -> String {
        let name = source == "-" ? standardInputStem() : (source as NSString).lastPathComponent
        return FileStem(of: name).text + ".jsonl"
    }
}
