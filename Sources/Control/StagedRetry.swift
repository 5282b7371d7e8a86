import JSON
import PromptBatch

/// A file of prompts to be run again, hidden in `incoming/` as `.retry-BATCH.REQUEST.staged`; as `….partial` while it
/// is written. Its name says after a crash what it was for.
struct StagedRetry: Sendable, Hashable {
    private static let prefix = ".retry-"
    private static let suffix = ".staged"
    private static let partialSuffix = ".partial"

    let batchID: String
    /// The id of the request that asked for it.
    let request: String
    /// The name it is to have.
    var name: String
    private(set) var isComplete = true
    /// Whether it is one prompt.
    var isDocument = false

    init(batchID: String, request: String, name: String) {
        self.batchID = batchID
        self.request = request
        self.name = name
    }

    /// Reads what ``path(in:)`` and ``partialPath(in:number:)`` wrote; nil for any other file.
    init?(fileName: String) {
        guard fileName.hasPrefix(Self.prefix),
            let suffix = [Self.suffix, Self.partialSuffix].first(where: fileName.hasSuffix)
        else { return nil }
        let parts = fileName.dropFirst(Self.prefix.count).dropLast(suffix.count)
            .split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        self.init(batchID: String(parts[0]), request: String(parts[1]), name: "retry.jsonl")
        isComplete = suffix == Self.suffix
    }

    func path(in directory: String) -> String { directory + "/" + stem + Self.suffix }

    /// Nobody else who may write into the directory can foretell it.
    func partialPath(in directory: String, number: UInt64) -> String {
        directory + "/" + stem + ".\(number)" + Self.partialSuffix
    }

    private var stem: String { "\(Self.prefix)\(batchID).\(request)" }
}

/// A line of a batch file, as it was, with the id under which it ran: an id made up from the line's number would
/// be another one in another file.
struct RetriedLine {
    let bytes: [UInt8]

    init(_ line: [UInt8], customID: String) {
        guard let prompt = try? PromptParser().parseLine(line, line: 1), !prompt.hasExplicitID,
            case .object(var object)? = try? JSON.parse(line)
        else {
            bytes = line
            return
        }
        object["custom_id"] = .string(customID)
        bytes = JSON.object(object).serialized()
    }
}
