import PromptBatch
import Testing

/// Reads a line given as text.
func readLine(_ text: String, line: Int = 1, limits: PromptParser.Limits = .init()) throws(PromptProblem)
    -> Prompt
{
    try PromptParser(limits: limits).parseLine(Array(text.utf8), line: line)
}

/// Reads a document given as text.
func readDocument(_ text: String, fileName: String = "note.md") throws(PromptProblem) -> Prompt {
    try PromptParser().parseDocument(Array(text.utf8), fileName: fileName)
}

/// The problem that reading gives; records an issue when it gives none.
func problem(
    _ code: PromptProblemCode, sourceLocation: SourceLocation = #_sourceLocation,
    of read: () throws(PromptProblem) -> Prompt
) -> PromptProblem? {
    do throws(PromptProblem) {
        _ = try read()
        Issue.record("nothing was wrong, expected \(code.rawValue)", sourceLocation: sourceLocation)
        return nil
    } catch {
        #expect(error.code == code.rawValue, "\(error)", sourceLocation: sourceLocation)
        #expect(!error.message.isEmpty && !error.remedy.isEmpty, sourceLocation: sourceLocation)
        return error
    }
}
