import Foundation
import Spool
import SystemPackage

/// The files of the API: the uploads, and what belongs to the batches of the ledger.
struct FileCatalog: Sendable {
    private static let batchesAtOnce = 100

    let uploads: UploadStore
    let ledger: Ledger
    let layout: SpoolLayout
    /// How long uploads are kept at present; nil: for ever.
    var uploadAge: @Sendable () -> Duration? = { nil }

    /// An upload as the API shows it.
    func stored(_ upload: Upload) -> StoredFile {
        StoredFile(
            upload, expiresAt: uploadAge().map { upload.createdAt.addingTimeInterval($0 / .seconds(1)) })
    }

    /// The file of this id; nil if there is none.
    func find(_ id: FileID) async throws -> StoredFile? {
        switch id {
        case .upload(let id): return uploads[id].map(stored)
        case .part(let part, let batchID):
            guard let batch = try await ledger.batch(id: batchID) else { return nil }
            return try file(part, of: batch)
        }
    }

    /// The content of the file of this id; nil if there is none.
    func open(_ id: FileID) async throws -> InputFile? {
        let path: String?
        switch id {
        case .upload(let id): path = uploads[id] == nil ? nil : uploads.contentPath(of: id)
        case .part(let part, let batchID):
            path = try await ledger.batch(id: batchID).flatMap { try self.path(of: part, $0) }
        }
        guard let path else { return nil }
        do throws(SpoolError) { return try InputFile(path: path, on: layout.disk) } catch {
            // Deleted meanwhile.
            guard error.code == ENOENT else { throw error }
            return nil
        }
    }

    /// Uploads and outputs in the order of their times. The inputs of batches that were dropped into the spool are not
    /// among them.
    ///
    /// - Parameters:
    ///   - purpose: only those of this one; nil: all.
    ///   - place: only those beyond it.
    func files(
        of purpose: StoredFile.Purpose?, beyond place: FilePlace?, isAscending: Bool, limit: Int
    ) async throws -> [StoredFile] {
        let start = place ?? .end(isAscending: isAscending)
        var files: [StoredFile] = []
        if purpose != .output { files += uploads.all.map(stored) }
        if purpose != .input {
            files += try await outputs(beyond: start, isAscending: isAscending, limit: limit)
        }
        let placed = files.map { (place: FilePlace($0), file: $0) }
            .filter { $0.place.isBeyond(start, isAscending: isAscending) }
            .sorted { $1.place.isBeyond($0.place, isAscending: isAscending) }
        return placed.prefix(limit).map(\.file)
    }

    private func outputs(beyond place: FilePlace, isAscending: Bool, limit: Int) async throws -> [StoredFile]
    {
        var found: [StoredFile] = []
        var start = place
        while found.count < limit {
            let batches = try await ledger.publishedBatches(
                from: start.date, id: start.batch, isAscending: isAscending, limit: Self.batchesAtOnce)
            for batch in batches {
                found += try outputs(of: batch).filter {
                    FilePlace($0).isBeyond(start, isAscending: isAscending)
                }
            }
            guard batches.count == Self.batchesAtOnce, let last = batches.last, let date = last.finishedAt
            else {
                break
            }
            start = .past(last.id, of: date, isAscending: isAscending)
        }
        return found
    }

    /// What is there of a batch's part; nil if that is nothing.
    func file(_ part: FileID.Part, of batch: BatchRecord) throws(SpoolError) -> StoredFile? {
        guard let path = try path(of: part, batch) else { return nil }
        return try stored(part, of: batch, at: path)
    }

    /// Answers and failures of a batch, as far as they are there.
    func outputs(of batch: BatchRecord) throws(SpoolError) -> [StoredFile] {
        guard let output = try BatchFiles(of: batch, in: layout).output() else { return [] }
        var files: [StoredFile] = []
        for part in [FileID.Part.output, .errors] {
            guard let name = Self.published(part, of: batch) else { continue }
            if let file = try stored(part, of: batch, at: output.path(of: name)) { files.append(file) }
        }
        return files
    }

    private func stored(
        _ part: FileID.Part, of batch: BatchRecord, at path: String
    ) throws(SpoolError) -> StoredFile? {
        guard let status = try layout.disk.status(of: FilePath(path)) else { return nil }
        let stem = batch.outputName ?? batch.id
        let (name, date): (String, Date?) =
            switch part {
            case .input: (batch.name, batch.claimedAt)
            case .output: (stem + "_output.jsonl", batch.finishedAt)
            case .errors: (stem + "_errors.jsonl", batch.finishedAt)
            }
        return StoredFile(
            id: .part(part, batch: batch.id), name: name, bytes: status.size,
            createdAt: date ?? batch.claimedAt,
            purpose: part == .input ? .input : .output)
    }

    private func path(of part: FileID.Part, _ batch: BatchRecord) throws(SpoolError) -> String? {
        let files = BatchFiles(of: batch, in: layout)
        guard part != .input else { return try files.input() }
        guard let name = Self.published(part, of: batch) else { return nil }
        return try files.output()?.path(of: name)
    }

    /// Nil for a part that the batch does not have: an output file without a line is none.
    private static func published(_ part: FileID.Part, of batch: BatchRecord) -> PublishedOutput.Part? {
        switch part {
        case .output where batch.answeredCount > 0: .answers
        case .errors where batch.failedCount > 0: .failures
        case .input, .output, .errors: nil
        }
    }
}
