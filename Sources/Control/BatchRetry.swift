import Dispatching
import Foundation
import Loops
import PromptBatch
import Publishing
import Spool
import SystemPackage

/// Runs failed prompts again: in their batch while it runs, as a new batch when it is finished.
struct BatchRetry: Sendable {
    private static let promptsAtOnce = 1000
    private static let triesOfAName = 100

    let ledger: Ledger
    let layout: SpoolLayout
    let queue: PromptQueue
    let deadlines: DeadlineWatch
    let recorder: OutcomeRecorder
    let time: any TimeSource

    /// Lets failed prompts of a running batch wait again, without those whose deadline has passed.
    ///
    /// - Returns: Nil if the batch does not run any more.
    func requeue(_ ids: [String]?, of batch: BatchRecord) async throws -> ControlReply? {
        let now = layout.disk.now
        var requeued = 0
        var late = 0
        var line = 0
        while true {
            let prompts = try await ledger.failedPrompts(
                of: batch.sequence, customIDs: ids, after: line, limit: Self.promptsAtOnce)
            guard let last = prompts.last else { break }
            let runnable = prompts.filter { $0.hasTimeAgain(at: now) }
            guard
                let count = try await ledger.requeue(runnable.map(\.key), of: batch.sequence, now: now)
            else { return nil }
            requeued += count
            late += prompts.count - runnable.count
            line = last.key.line
        }
        if requeued > 0 {
            let deadline = (try? await ledger.batch(sequence: batch.sequence))??.deadline
            if let deadline { await deadlines.note(deadline) }
            try await queue.reload(batch: batch.sequence)
            await recorder.rebuildResultsSoFar(of: batch)
        }
        return try await reply(
            "\(batch.name): \(BatchCancellation.count(requeued)) to be run again\(Self.note(late: late))",
            requeued, ids, batch)
    }

    /// Writes the failed prompts of a finished batch, as they were submitted, to a hidden file in `incoming/`, without those
    /// whose deadline has passed.
    ///
    /// - Parameter request: the id of the request they are staged for.
    /// - Returns: What was done; the file is complete and synchronised, and to be renamed by ``drop(_:)``.
    /// - Throws: ``ControlProblem`` if nothing failed or the input is gone.
    func stage(_ ids: [String]?, of batch: BatchRecord, for request: String) async throws
        -> (ControlReply, StagedRetry)
    {
        let input = try done(batch)
        var staged = StagedRetry(batchID: batch.id, request: request, name: Self.name(for: batch))
        staged.isDocument = batch.isDocument
        let partial = staged.partialPath(in: layout.incoming, number: layout.disk.uniqueNumber())
        let writer = try FileWriter(creating: partial, on: layout.disk, .new)
        let now = layout.disk.now
        var count = 0
        var late = 0
        var line = 0
        do {
            if let deadline = batch.fileDeadline { try writer.setDeadline(deadline) }
            while true {
                let prompts = try await ledger.failedPrompts(
                    of: batch.sequence, customIDs: ids, after: line, limit: Self.promptsAtOnce)
                guard let last = prompts.last else { break }
                let runnable = prompts.filter { $0.hasTimeAgain(at: now) }
                for prompt in runnable {
                    let bytes = try input.read(at: prompt.offset, length: prompt.length)
                    try Self.check(bytes, prompt, input.path)
                    if batch.isDocument {
                        try writer.write(bytes)
                    } else {
                        try writer.writeLine(RetriedLine(bytes, customID: prompt.customID).bytes)
                    }
                }
                count += runnable.count
                late += prompts.count - runnable.count
                line = last.key.line
            }
            guard count > 0 || late == 0 else {
                throw ControlProblem(
                    message: "\(batch.name): nothing can be run again\(Self.note(late: late))",
                    remedy: "submit them with a later deadline")
            }
            guard count > 0 else {
                throw ControlProblem(
                    message: "no prompt of \(batch.name) "
                        + (ids == nil ? "failed" : "that was named failed") + " after it could be read",
                    remedy: "mend lines that could not be read, and submit them")
            }
            try writer.finish()
            try layout.disk.rename(
                FilePath(partial), to: FilePath(staged.path(in: layout.incoming)))
            try layout.disk.synchronize(directory: FilePath(layout.incoming))
        } catch {
            try? layout.disk.remove(FilePath(partial))
            throw error
        }
        return (
            try await reply(
                "\(batch.name): \(BatchCancellation.count(count)) to be run again as a new batch"
                    + Self.note(late: late), count, ids, batch), staged
        )
    }

    /// What is said of prompts that are not run again since their deadline, an instant, has passed.
    private static func note(late: Int) -> String {
        late == 0 ? "" : "; the deadline of \(BatchCancellation.count(late)) has passed"
    }

    /// Lets a staged file be picked up.
    ///
    /// A document's name may be its prompt's id; one that is taken is most often free again in a moment.
    ///
    /// - Returns: Its name in `incoming/`.
    func drop(_ staged: StagedRetry) async throws -> String {
        let source = FilePath(staged.path(in: layout.incoming))
        for _ in 0..<(staged.isDocument ? Self.triesOfAName : 0) {
            if try layout.disk.renameIfFree(source, to: FilePath(layout.incoming + "/" + staged.name)) {
                // It can be seen now, and will be run. If this fails and the power goes, the staged file is back.
                try? layout.disk.synchronize(directory: FilePath(layout.incoming))
                return staged.name
            }
            try await time.sleep(for: .milliseconds(100))
        }
        return try layout.disk.move(
            staged.path(in: layout.incoming), into: layout.incoming, as: staged.name)
    }

    /// Whether a staged file waits to be dropped.
    func isStaged(_ staged: StagedRetry) -> Bool {
        (try? layout.disk.status(of: FilePath(staged.path(in: layout.incoming)))) != .some(nil)
    }

    /// Removes a staged file that is not to be run.
    func discard(_ staged: StagedRetry) {
        try? layout.disk.remove(FilePath(staged.path(in: layout.incoming)))
    }

    /// Ends what a crash interrupted: what is complete and whose request is gone is dropped, the rest is staged anew.
    func settleStaged(requests box: ControlBox) async throws {
        for name in try layout.disk.list(FilePath(layout.incoming)) {
            guard name.text.utf8.elementsEqual(name.bytes), var staged = StagedRetry(fileName: name.text),
                try layout.disk.status(of: name.path(in: layout.incoming))?.kind == .regular
            else { continue }
            guard staged.isComplete, try !box.isWaiting(staged.request) else {
                try layout.disk.remove(name.path(in: layout.incoming))
                continue
            }
            if let batch = try await ledger.batches(named: staged.batchID).first {
                staged.name = Self.name(for: batch)
                staged.isDocument = batch.isDocument
            }
            let file = try await drop(staged)
            try box.reply(
                ControlReply(
                    isDone: true, message: "\(file): run again as a new batch", batch: staged.batchID,
                    file: file),
                to: staged.request)
        }
    }

    private func reply(
        _ message: String, _ count: Int, _ ids: [String]?, _ batch: BatchRecord
    ) async throws -> ControlReply {
        let unknown = try await ledger.unknownIDs(ids ?? [], of: batch.sequence)
        return ControlReply(
            isDone: true, message: message, batch: batch.id, prompts: count, unknown: unknown,
            unchanged: ids.map { max(0, Set($0).count - unknown.count - count) } ?? 0)
    }

    /// The batch's file in `done/`, found by its inode number.
    private func done(_ batch: BatchRecord) throws -> InputFile {
        if let name = try layout.name(ofInputOf: batch, in: layout.done) {
            return try InputFile(path: layout.done + "/" + name, on: layout.disk)
        }
        throw ControlProblem(
            message: "the file of \(batch.name) is no longer in \(layout.done)",
            remedy: "submit the prompts again from a file of yours")
    }

    private static func check(_ bytes: [UInt8], _ prompt: QueuedPrompt, _ path: String) throws {
        guard let digest = prompt.digest, bytes.withUnsafeBytes(ContentDigest.of) != digest else { return }
        throw ControlProblem(
            message: "\(path) was changed since it ran: \(prompt.customID) is not what it was",
            remedy: "submit the prompts again from a file of yours")
    }

    private static func name(for batch: BatchRecord) -> String {
        guard !batch.isDocument else { return batch.name }
        let stem = FileStem(of: batch.name).text
        let suffix = batch.name.dropFirst(stem.count)
        return (SpoolLayout.alternatives(toStem: stem + "-retry", suffix: String(suffix)).first { _ in true })
            ?? batch.name
    }
}
