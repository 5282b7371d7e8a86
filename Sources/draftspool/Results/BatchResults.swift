import Foundation
import PromptBatch
import Spool

/// The results of a batch, one by one: in input order, or, while it runs, in the order in which they came.
struct BatchResults {
    let source: ResultSource
    /// Why it is not known what was asked; nil if it is.
    let complaint: String?
    /// Whether what was asked is at hand.
    var knowsQuestions: Bool { asked != nil }
    private let answers: OutcomeReader?
    private let failures: OutcomeReader?
    private let asked: AskedPrompts?

    /// Opens the results of the batch that a person names.
    ///
    /// - Parameters:
    ///   - input: the file of what was asked, in place of the one in the spool.
    ///   - maximumLineBytes: the size limit of the configuration.
    ///   - failedOnly: whether answers are left out.
    /// - Throws: ``ToolError`` if there is no such batch, `SpoolError` if its files cannot be opened.
    static func open(
        _ name: String, search: ResultSearch, input: String?, maximumLineBytes: Int, failedOnly: Bool
    ) throws -> BatchResults {
        func opened() throws -> BatchResults {
            try BatchResults(
                search.find(name), input: input, maximumLineBytes: maximumLineBytes, failedOnly: failedOnly)
        }
        let results = try opened()
        // What was opened while the batch was being published may be a part; its output is in place by then.
        let hasEnded = results.source.isRunning && !SpoolAccess.isDirectory(results.source.directory)
        return try hasEnded ? opened() : results
    }

    private init(_ source: ResultSource, input: String?, maximumLineBytes: Int, failedOnly: Bool) throws {
        self.source = source
        func outcomes(_ file: String) throws -> OutcomeReader? {
            try OutcomeReader.open(source.directory + "/" + file, isGrowing: source.isRunning)
        }
        answers = try failedOnly ? nil : outcomes("output.jsonl")
        failures = try outcomes("errors.jsonl")
        var asked: AskedPrompts?
        var complaint: String?
        if let input {
            asked = try AskedPrompts(named: input, of: source, maximumLineBytes: maximumLineBytes)
        } else if let path = source.input {
            do {
                asked = try AskedPrompts(inSpool: path, of: source, maximumLineBytes: maximumLineBytes)
            } catch {
                complaint = "what was asked cannot be read: \(error)"
            }
        } else {
            complaint =
                "what was asked is not in the spool any more; if you have the file, name it by --input"
        }
        self.asked = asked
        self.complaint = complaint
    }

    /// Hands every result to `body`.
    ///
    /// - Throws: ``ToolError`` if a file is damaged or does not belong to the batch, `SpoolError` if one cannot be read;
    ///   what `body` throws.
    func forEach(_ body: (BatchResult) throws -> Void) throws {
        var answer = try answers?.next()
        var failure = try failures?.next()
        // Results so far may be written anew while they are read.
        var linesGiven: Set<Int> = []
        while true {
            let isAnswer =
                failure.map { failure in answer.map { Self.line($0) < Self.line(failure) } ?? false } ?? true
            guard let outcome = isAnswer ? answer : failure else { return }
            if isAnswer { answer = try answers?.next() } else { failure = try failures?.next() }
            let line = Self.line(outcome)
            if source.isRunning, line > 0, !linesGiven.insert(line).inserted { continue }
            try body(BatchResult(outcome: outcome, prompt: try asked?.prompt(of: outcome)))
        }
    }

    private static func line(_ outcome: OutputLine) -> Int { outcome.inputLine ?? outcome.error?.line ?? 0 }
}
