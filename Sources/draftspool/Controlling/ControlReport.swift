import ArgumentParser
import Foundation
import PromptBatch
import Spool

/// A reply of the daemon, for people and programs.
struct ControlReport {
    let reply: ControlReply

    /// What was done.
    var line: String {
        var line = reply.message
        if reply.aborted > 0 { line += ", \(reply.aborted) of them while being answered" }
        if let file = reply.file { line += " (\(file))" }
        return line
    }

    /// What of the request could not be done, each in a sentence.
    var complaints: [String] {
        var complaints: [String] = []
        if !reply.unknown.isEmpty {
            let names = reply.unknown.prefix(10).joined(separator: ", ")
            complaints.append(
                "\(reply.unknown.count) unknown: \(names)" + (reply.unknown.count > 10 ? ", …" : ""))
        }
        if reply.unchanged > 0 {
            complaints.append("\(reply.unchanged) of the prompts named are not in a state for this")
        }
        return complaints
    }

    /// The reply as one line of JSON.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(reply), as: UTF8.self)
    }

    /// Prints the reply.
    ///
    /// - Throws: the exit status, if something was not done.
    func show(asJSON isJSON: Bool) throws {
        if isJSON { Console.print(try json()) }
        guard reply.isDone else {
            let error = ToolError(reply.message, remedy: reply.remedy ?? "see draftspool status")
            if !isJSON { throw error }
            throw ExitCode.failure
        }
        if !isJSON { Console.print(line) }
        complaints.forEach(Console.complain)
        if !complaints.isEmpty { throw ExitStatus.partial }
    }
}
