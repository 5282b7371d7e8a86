import Foundation
import PromptBatch
import SystemPackage

/// What became of a batch's file since it was read.
public enum BatchGrowth: Sendable, Hashable {
    /// All of it is accounted for.
    case none
    /// More of it was read; some of that may wait as prompts.
    case readOn
    /// It ends in the midst of a line that somebody may be writing.
    case unfinishedLine
}

/// Files that are written on after their claim.
extension BatchIngest {
    /// Reads on in the file of a running batch where it has grown.
    ///
    /// A document that was changed is run again as a whole once it has its outcome.
    ///
    /// - Parameter isFinal: whether a last line that is not whole is taken as it is.
    /// - Throws: ``SpoolError`` if the ledger or the disk fails.
    public func readOn(
        _ batch: BatchRecord, isFinal: Bool, annotate: @escaping Annotate
    ) async throws(SpoolError) -> BatchGrowth {
        let path = layout.inputDirectory(batch: batch.id) + "/" + batch.name
        guard batch.state == .running, let position = batch.readPosition, let seenBytes = batch.seenBytes,
            let status = try layout.disk.status(of: FilePath(path)), status.size > seenBytes
        else { return .none }
        let input: InputFile
        do throws(SpoolError) { input = try InputFile(path: path, on: layout.disk) } catch {
            guard !error.isTemporary else { throw error }
            try await giveUp(batch, from: position, upTo: status.size, because: error)
            return .readOn
        }
        guard !batch.isDocument else { return try await readAgain(input, of: batch, annotate: annotate) }
        let (_, part) = try await readLines(
            input, of: batch, from: position, isFinal: isFinal, growthOf: batch, annotate: annotate)
        if part.isTaken, part.seenBytes == seenBytes { return .unfinishedLine }
        return .readOn
    }

    /// Ends what cannot be read any more with one named error.
    private func giveUp(
        _ batch: BatchRecord, from position: ReadPosition, upTo end: Int, because error: SpoolError
    ) async throws(SpoolError) {
        let line = position.lines + 1
        var problem = Self.problem(for: error)
        problem.line = line
        let output = OutputLine(problem: problem, batchID: batch.id).serialized()
        let rest = NewPrompt(
            line: line, offset: position.bytes, length: end - position.bytes, customID: nil,
            hasExplicitID: false, content: .rejected(errorLine: output))
        let growth = InputGrowth(
            origin: position, originSeenBytes: batch.seenBytes ?? 0, position: position, seenBytes: end)
        try await ledger.insert([rest], into: batch.sequence, growth: growth) { _, _ in output }
    }

    private func readAgain(
        _ input: InputFile, of batch: BatchRecord, annotate: @escaping Annotate
    ) async throws(SpoolError) -> BatchGrowth {
        guard batch.openCount == 0 else { return .none }
        try input.synchronize()
        switch try document(input, of: batch, annotate: annotate) {
        case .success(let document):
            _ = try await ledger.replaceDocument(document, of: batch.sequence)
            return .readOn
        case .failure:
            return .none
        }
    }
}

/// Lets a new batch go on with what was written to a file after its batch was published, or its file refused.
public struct BatchContinuation: Sendable {
    private let ledger: Ledger
    private let layout: SpoolLayout

    public init(ledger: Ledger, layout: SpoolLayout) {
        self.ledger = ledger
        self.layout = layout
    }

    /// Records a batch that goes on with the file of a finished one, if that has grown since it was read.
    ///
    /// - Returns: The batch, whose file is to be taken by ``take(fileOf:)``; nil if it has not grown.
    public func begin(_ batch: BatchRecord) async throws(SpoolError) -> BatchRecord? {
        guard let path = path(of: batch), let position = batch.readPosition, let seenBytes = batch.seenBytes,
            let status = try layout.disk.status(of: FilePath(path)), status.inode == batch.inode,
            status.size > seenBytes
        else { return nil }
        var start = batch.isDocument ? .beginning : position
        if batch.state == .done {
            let input = try InputFile(path: path, on: layout.disk)
            if try isBlank(input, from: seenBytes, upTo: input.size) {
                try await ledger.noteSeen(status.size, of: batch)
                return nil
            }
            if !batch.isDocument { start = try afterGivenUpLine(input, from: position, upTo: seenBytes) }
        }
        let id = ClaimedFile.makeID(on: layout.disk)
        return try await ledger.continueBatch(batch, as: id, from: start, now: layout.disk.now)
    }

    /// Batches that were recorded and whose file was not taken yet.
    public func waiting() async throws(SpoolError) -> [BatchRecord] {
        var waiting: [BatchRecord] = []
        for batch in try await ledger.continuations()
        where try !layout.disk.exists(layout.inputDirectory(batch: batch.id) + "/" + batch.name) {
            waiting.append(batch)
        }
        return waiting
    }

    /// Takes the file of a batch that was recorded back from `done/` or `failed/`.
    ///
    /// - Returns: The file, to be read from where the other batch ended; nil if it is gone.
    public func take(fileOf batch: BatchRecord) async throws(SpoolError) -> ClaimedFile? {
        guard let sequence = batch.continues, let earlier = try await ledger.batch(sequence: sequence),
            let path = path(of: earlier),
            try layout.disk.status(of: FilePath(path))?.inode == batch.inode
        else { return nil }
        return try take(path, from: earlier, for: batch)
    }

    /// Where what was added begins. A last line that was given up has its outcome, and what it became is not read.
    private func afterGivenUpLine(
        _ input: InputFile, from position: ReadPosition, upTo seenBytes: Int
    ) throws(SpoolError) -> ReadPosition {
        let newline = try newline(in: input, from: position.bytes, upTo: seenBytes)
        guard !(try isBlank(input, from: position.bytes, upTo: newline ?? seenBytes)) else { return position }
        return ReadPosition(bytes: newline.map { $0 + 1 } ?? seenBytes, lines: position.lines + 1)
    }

    /// Whether there is nothing but blanks, such as the newline of a last line.
    private func isBlank(_ input: InputFile, from start: Int, upTo end: Int) throws(SpoolError) -> Bool {
        try position(in: input, from: start, upTo: end) { bytes in
            PromptParser.isBlank(bytes) ? nil : bytes.startIndex
        } == nil
    }

    private func newline(in input: InputFile, from start: Int, upTo end: Int) throws(SpoolError) -> Int? {
        try position(in: input, from: start, upTo: end) { $0.firstIndex(of: UInt8(ascii: "\n")) }
    }

    /// The first position that `find` finds in a part of a file, which is read piece by piece.
    private func position(
        in input: InputFile, from start: Int, upTo end: Int, find: ([UInt8]) -> Int?
    ) throws(SpoolError) -> Int? {
        var offset = start
        while offset < end {
            let bytes = try input.read(at: offset, length: min(1 << 16, end - offset))
            if bytes.isEmpty { break }
            if let found = find(bytes) { return offset + found }
            offset += bytes.count
        }
        return nil
    }

    private func path(of batch: BatchRecord) -> String? {
        batch.putAwayName.map { (batch.state == .failed ? layout.failed : layout.done) + "/" + $0 }
    }

    private func take(
        _ source: String, from earlier: BatchRecord, for batch: BatchRecord
    ) throws(SpoolError) -> ClaimedFile {
        let report = source + BatchPublisher.reportSuffix
        if earlier.state == .failed, try BatchPublisher.isReport(report, of: earlier, on: layout.disk) {
            try layout.disk.remove(FilePath(report))
            // By no power cut may the report come back without its file.
            try layout.disk.synchronize(directory: FilePath(layout.failed))
        }
        try ClaimedFile.makeDirectories(for: batch.id, in: layout, mayExist: true)
        let path = layout.inputDirectory(batch: batch.id) + "/" + batch.name
        try layout.disk.rename(FilePath(source), to: FilePath(path))
        return ClaimedFile(
            batchID: batch.id, name: batch.name, path: path, inode: batch.inode,
            claimedAt: batch.claimedAt, closure: .quiet)
    }
}
