import Foundation
import TestSupport

/// A file that somebody drops, and how.
struct SubmittedFile: Sendable {
    /// The way in which it comes into `incoming/`.
    enum Manner: Sendable {
        /// Complete, by rename.
        case renamedIn
        /// Under its own name, in pieces with pauses.
        case written
        /// By rename, while its writer still appends to it.
        case renamedInOpen

        static func any(of manners: [Manner], using random: inout SeededGenerator) -> Manner {
            manners.randomElement(using: &random) ?? .renamedIn
        }
    }

    let tag: String
    let name: String
    let content: [UInt8]
    let manner: Manner

    /// Whether not one prompt of it can be read.
    let isHopeless: Bool

    var isDocument: Bool { name.hasSuffix(".txt") }

    static func make(_ number: Int, isCareful: Bool, using random: inout SeededGenerator) -> SubmittedFile {
        let tag = "t\(number)"
        let manner: Manner =
            isCareful
            ? .renamedIn : Manner.any(of: [.renamedIn, .written, .written, .renamedInOpen], using: &random)
        if Int.random(in: 0..<8, using: &random) == 0 {
            return SubmittedFile(
                tag: tag, name: "\(tag).txt", content: Array("---\nid: \(tag)-0\n---\n\nask \(tag)\n".utf8),
                manner: isCareful ? .renamedIn : Manner.any(of: [.renamedIn, .written], using: &random),
                isHopeless: false)
        }
        let isHopeless = Int.random(in: 0..<10, using: &random) == 0
        var lines: [String] = []
        for index in 0..<Int.random(in: 1...5, using: &random) {
            let roll = Int.random(in: 0..<10, using: &random)
            if isHopeless || roll == 0 {
                lines.append("no prompt of \(tag)")
            } else if roll == 1 {
                lines.append("")
            } else {
                lines.append(
                    #"{"id": "\#(tag)-\#(index)", "prompt": "ask \#(tag)-\#(index)"\#(deadline(roll))}"#)
            }
        }
        if !isHopeless { lines.append(#"{"id": "\#(tag)-end", "prompt": "ask \#(tag)-end"}"#) }
        let text = lines.joined(separator: "\n") + (Bool.random(using: &random) ? "\n" : "")
        let name = Int.random(in: 0..<3, using: &random) == 0 ? "same.jsonl" : "\(tag).jsonl"
        return SubmittedFile(
            tag: tag, name: name, content: Array(text.utf8), manner: manner, isHopeless: isHopeless)
    }

    /// Some prompts have little time, some more than they need unless the machine is off.
    private static func deadline(_ roll: Int) -> String {
        switch roll {
        case 2: #", "draftspool": {"completion_window": "3s"}"#
        case 3: #", "draftspool": {"completion_window": "2h"}"#
        default: ""
        }
    }

    /// The content in pieces, cut anywhere.
    func pieces(using random: inout SeededGenerator) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = content[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...max(1, content.count / 2), using: &random))
            pieces.append(Array(piece))
            rest = rest.dropFirst(piece.count)
        }
        return pieces
    }
}
