import Foundation
import PromptBatch
import Spool

/// Finds the results of the batch that a person names.
struct ResultSearch: Sendable {
    let layout: SpoolLayout
    /// Nil if no daemon ever served the spool.
    let status: SpoolStatus?

    /// The batch of this id, file or output name, or output directory. Of several with the same name an open one is
    /// meant, else the one that finished last.
    ///
    /// - Throws: ``ToolError`` if there is none, several are open, or it was refused.
    func find(_ name: String) throws(ToolError) -> ResultSource {
        guard !name.contains("/") else { return try published(in: name) }
        if let open = try openBatch(name) {
            if let source = running(open) { return source }
            // It has ended since the status was written.
            if let directory = outputDirectory(where: { $0.batchID == open.id }) {
                return try published(in: directory)
            }
        }
        if let directory = outputDirectory(where: { $0.batchID == name })
            ?? outputDirectory(named: name, where: { FileStem.isName(name, of: $0.input) })
        {
            return try published(in: directory)
        }
        if let batch = status?.batches.first(where: { $0.state == .failed && Self.isName(name, of: $0) }) {
            throw ToolError(
                "\(batch.name) was refused: not one prompt of it could be read",
                remedy: "see \(layout.failed)/\(batch.name).error.json")
        }
        throw ToolError(
            "there is no batch \(name) with results",
            remedy: "draftspool status lists those that are open and the last that finished")
    }

    /// What a running batch has so far; nil if it has ended.
    func running(_ batch: SpoolStatus.Batch) -> ResultSource? {
        let directory = layout.activeDirectory(batch: batch.id)
        guard SpoolAccess.isDirectory(directory) else { return nil }
        let input = layout.inputDirectory(batch: batch.id) + "/" + batch.name
        return ResultSource(
            name: batch.name, batchID: batch.id, directory: directory, isRunning: true,
            input: FileManager.default.fileExists(atPath: input) ? input : nil)
    }

    /// What stands in an output directory.
    ///
    /// - Throws: ``ToolError`` if it is none.
    func published(in directory: String) throws(ToolError) -> ResultSource {
        guard let summary = BatchSearch.summary(in: directory) else {
            throw ToolError(
                "\(directory) is no output directory",
                remedy: "name a batch as draftspool status does, or a directory with a summary.json")
        }
        return ResultSource(
            name: summary.input, batchID: summary.batchID, directory: directory, isRunning: false,
            input: summary.inputFile.flatMap { FilesByInode(in: layout.done)[$0.inode] },
            format: summary.format, inputFile: summary.inputFile)
    }

    private func openBatch(_ name: String) throws(ToolError) -> SpoolStatus.Batch? {
        let batches = (status?.batches ?? []).filter { Self.isName(name, of: $0) }
        do throws(AmbiguousBatchName) { return try batches.openOne(called: name) } catch {
            throw ToolError(error.problem, remedy: error.remedy)
        }
    }

    /// The output directory that is called `wantedName` or whose summary is wanted; of several that of the batch that
    /// finished last.
    private func outputDirectory(
        named wantedName: String? = nil, where isWanted: (BatchSummary) -> Bool
    ) -> String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: layout.output)) ?? []
        var newest: (path: String, date: Date)?
        for name in names where !name.hasPrefix(".") {
            let path = layout.output + "/" + name
            guard let summary = BatchSearch.summary(in: path), name == wantedName || isWanted(summary)
            else { continue }
            if newest.map({ $0.date < summary.finishedAt }) ?? true { newest = (path, summary.finishedAt) }
        }
        return newest?.path
    }

    private static func isName(_ name: String, of batch: SpoolStatus.Batch) -> Bool {
        batch.id == name || FileStem.isName(name, of: batch.name)
    }
}
