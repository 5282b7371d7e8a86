import JSON
import PromptBatch
import TestSupport
import Testing

@Suite("Reading damaged input")
struct PromptParserPropertyTests {
    private static let lines = [
        #"{"custom_id":"a","url":"/v1/chat/completions","body":{"messages":[{"role":"user","content":"Hi é"}]}}"#,
        #"{"id":"b","prompt":"Why? 中","system":"Be brief.","draftspool":{"workload":"math","depth":3}}"#,
        #"{"messages":[{"role":"user","content":[{"type":"text","text":"x"}]}],"stop":["a"],"max_tokens":5}"#,
    ]
    private static let document =
        "---\nid: a\nsystem: |\n  You are\n  brief.\ntemperature: 0.5\nstop: [a, 'b', &c d, *c]\n---\n\nWrite.\r\n"

    @Test("damaged lines give a prompt that is fit to send, or a problem with its line")
    func lines() throws {
        var generator = SeededGenerator(seed: 11)
        for round in 1...1_500 {
            let line = Self.lines.randomElement(using: &generator) ?? ""
            let bytes = Self.damaged(Array(line.utf8), using: &generator)
            do {
                let prompt = try PromptParser().parseLine(bytes, line: round)
                let isFit =
                    prompt.body["draftspool"] == nil && !prompt.customID.isEmpty && prompt.line == round
                    && !prompt.request.turns.isEmpty && prompt.templateKey.count == 16
                if !isFit { Issue.record("unfit: \(prompt)") }
                if try prompt.body != JSON.parse(prompt.body.serialized()) { Issue.record("\(prompt.body)") }
            } catch let error as PromptProblem {
                if error.line != round { Issue.record("no line: \(error)") }
            }
        }
    }

    @Test("damaged documents give a prompt or a problem")
    func documents() {
        var generator = SeededGenerator(seed: 12)
        for _ in 0..<600 {
            let bytes = Self.damaged(Array(Self.document.utf8), using: &generator)
            do throws(PromptProblem) {
                let prompt = try PromptParser().parseDocument(bytes, fileName: "note.md")
                if prompt.customID.isEmpty { Issue.record("no id: \(prompt)") }
            } catch {
                if PromptProblemCode(rawValue: error.code) == nil { Issue.record("unknown code: \(error)") }
            }
        }
    }

    @Test("any bytes have a format or a problem")
    func formats() {
        var generator = SeededGenerator(seed: 13)
        let alphabet = Array("{}[]\",: \n\rprompt#-".utf8) + [0xC3, 0xA9, 0xFF]
        for _ in 0..<1_000 {
            let count = Int.random(in: 0...80, using: &generator)
            let head = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            _ = try? PromptParser.format(fileName: "a.jsonl", head: head)
            _ = try? PromptParser.format(fileName: "a.md", head: head)
        }
    }

    private static func damaged(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0...3, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes[place] = bytes.randomElement(using: &generator) ?? 0
            case 2: bytes.insert(bytes.randomElement(using: &generator) ?? 0, at: place)
            default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &generator))
            }
        }
        return bytes
    }
}
