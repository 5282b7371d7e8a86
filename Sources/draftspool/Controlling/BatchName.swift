import Foundation
import Spool

/// What a person calls a batch: its id, its name, or its output directory.
struct BatchName {
    /// What the daemon is told.
    let text: String

    /// - Throws: ``ToolError`` if it is a directory that no batch wrote.
    init(_ argument: String) throws(ToolError) {
        guard argument.contains("/") else {
            text = argument
            return
        }
        guard let summary = BatchSearch.summary(in: argument) else {
            throw ToolError(
                "\(argument) is no output directory",
                remedy: "name a batch as draftspool status does, or a directory with a summary.json")
        }
        text = summary.batchID
    }
}
