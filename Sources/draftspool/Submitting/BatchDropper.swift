import Foundation
import PromptBatch
import Spool

/// Puts files into `incoming/` so that the daemon never sees an incomplete one.
struct BatchDropper: Sendable {
    private static let problemsKept = 20
    private static let chunkBytes = 1 << 20

    let layout: SpoolLayout
    /// The size limit of the configuration.
    let maximumLineBytes: Int
    /// Drops even what the daemon will refuse as a whole.
    let isForced: Bool
    /// Of prompts that have none of their own.
    var deadline: Deadline?

    /// Copies `source` under a temporary name, reads it once, brings it to disk, and renames it.
    ///
    /// - Parameters:
    ///   - source: a path, or `-` for standard input.
    ///   - name: the name to drop it under; nil: the file's own.
    ///   - count: is given every prompt that can be read.
    /// - Throws: ``ToolError`` if it is no regular file, cannot be read, or has not one readable prompt;
    ///   `SpoolError` if it cannot be written.
    func drop(
        _ source: String, as name: String?, counting count: (Prompt) -> Void = { _ in }
    ) throws -> BatchDrop {
        if let name { try Self.check(name) }
        let temporary = door.hiddenPath()
        defer { unlink(temporary) }
        let inode = try copy(source, to: temporary)
        let copied = PromptFile(
            name: name ?? Self.defaultName(of: source),
            bytes: try Data(contentsOf: URL(fileURLWithPath: temporary), options: .mappedIfSafe))
        let final = try name ?? Self.name(of: source, content: copied)
        try Self.check(final)
        let reading = try read(copied, label: source == "-" ? "standard input" : source, counting: count)
        let taken = try door.admit(temporary, as: final)
        return BatchDrop(
            source: source, name: taken, inode: inode, prompts: reading.prompts,
            unreadable: reading.unreadable, problems: reading.problems)
    }

    /// - Returns: The copy's inode number.
    private func copy(_ source: String, to target: String) throws -> UInt64 {
        let descriptor = source == "-" ? dup(STDIN_FILENO) : open(source, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.unreadable(source) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.unreadable(source) }
        guard source == "-" || status.st_mode & S_IFMT == S_IFREG else {
            throw ToolError(
                "\(source) is not a regular file", remedy: "name a file, or pipe it: draftspool submit - < …")
        }
        let writer = try makeFile(target)
        while let chunk = try handle.read(upToCount: Self.chunkBytes), !chunk.isEmpty {
            try writer.write(chunk)
        }
        try writer.finish()
        return try Self.makeReadable(target)
    }

    /// A file that is to be dropped.
    func makeFile(_ path: String) throws(SpoolError) -> FileWriter {
        let writer = try FileWriter(creating: path, .new)
        if let deadline { try writer.setDeadline(deadline) }
        return writer
    }

    var door: IncomingDoor { IncomingDoor(layout: layout) }

    /// Lets the group read a file, whatever the umask is.
    ///
    /// - Returns: Its inode number.
    static func makeReadable(_ path: String) throws(SpoolError) -> UInt64 {
        var status = stat()
        guard chmod(path, 0o640) == 0, stat(path, &status) == 0 else {
            throw SpoolError(operation: "set the permissions of", path: path)
        }
        return UInt64(status.st_ino)
    }

    private func read(
        _ file: PromptFile, label: String, counting count: (Prompt) -> Void
    ) throws -> (prompts: Int, unreadable: Int, problems: [PromptProblem]) {
        var prompts = 0
        var unreadable = 0
        var problems: [PromptProblem] = []
        do {
            try file.forEachPrompt(maximumLineBytes: maximumLineBytes) { result in
                switch result {
                case .success(let prompt):
                    prompts += 1
                    count(prompt)
                case .failure(let problem):
                    unreadable += 1
                    if problems.count < Self.problemsKept { problems.append(problem) }
                }
            }
        } catch let problem as PromptProblem {
            problems = [problem]
        }
        if prompts == 0, !isForced {
            let first = problems.first ?? .emptyFile
            let place = first.line.map { "line \($0): " } ?? ""
            throw ToolError(
                "\(label) has no readable prompt and was not dropped: \(place)\(first.message)",
                remedy: first.remedy + " (--force drops it as it is.)")
        }
        return (prompts, unreadable, problems)
    }

    static func check(_ name: String) throws(ToolError) {
        switch IncomingDoor.problem(with: name) {
        case nil: return
        case .noFileName?:
            throw ToolError("'\(name)' is no file name", remedy: "give a name without / by --name")
        case .ignored?:
            throw ToolError(
                "the daemon ignores files named '\(name)'",
                remedy: "give a name by --name that does not begin with a dot or end in .part, .tmp or ~")
        case .tooLong?:
            throw ToolError(
                "the name '\(name)' has more than \(IncomingDoor.maximumNameBytes) bytes",
                remedy: "give a shorter one by --name")
        }
    }

    private static func defaultName(of source: String) -> String {
        source == "-" ? "stdin" : (source as NSString).lastPathComponent
    }

    /// Standard input is named for the time and for what it holds.
    private static func name(of source: String, content: PromptFile) throws -> String {
        guard source == "-" else { return defaultName(of: source) }
        let isLineBased = (try? content.format())?.isLineBased ?? false
        return standardInputStem() + (isLineBased ? ".jsonl" : ".txt")
    }

    /// `stdin-20261124-015959`
    static func standardInputStem() -> String {
        let style = Date.ISO8601FormatStyle(timeZone: .gmt)
            .year().month().day().dateSeparator(.omitted)
            .time(includingFractionalSeconds: false).timeSeparator(.omitted).dateTimeSeparator(.standard)
        let stamp = Date().formatted(style).replacing("T", with: "-").replacing("Z", with: "")
        return "stdin-\(stamp)"
    }

    private static func unreadable(_ source: String) -> ToolError {
        let reason = String(cString: strerror(errno))
        return ToolError("cannot read \(source): \(reason)", remedy: "check the path and its permissions")
    }
}
