import PromptBatch

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
