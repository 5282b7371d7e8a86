import JSON
import PromptBatch

/// What is accepted is written and read back as it was; an error points into the text.
@Sendable func fuzzJSON(_ bytes: UnsafeRawBufferPointer) {
    do throws(JSONParseError) {
        let value = try JSON.parse(bytes)
        let written = value.serialized()
        require(!written.contains { $0 < 0x20 }, "what is written is one line")
        require(try JSON.parse(written) == value, "what is written reads back: \(value.text)")
    } catch {
        require((0...bytes.count).contains(error.offset), "\(error) is in the text")
    }
}

/// A line of a batch is a prompt fit to send, or a problem with its line number.
@Sendable func fuzzLine(_ bytes: UnsafeRawBufferPointer) {
    do throws(PromptProblem) {
        let prompt = try PromptParser().parseLine(bytes, line: 7)
        requireFit(prompt)
        require(prompt.line == 7, "the prompt knows its line")
    } catch {
        requireSound(error)
        require(error.line == 7, "the problem knows its line")
        let line = OutputLine(problem: error, batchID: "b").serialized()
        require((try? OutputLine(reading: line)) != nil, "its entry reads back")
    }
}

/// A document, front matter included, is a prompt fit to send or a problem; so are the formats of any file.
@Sendable func fuzzDocument(_ bytes: UnsafeRawBufferPointer) {
    for name in ["note.md", "batch.jsonl"] {
        do throws(PromptProblem) {
            _ = try PromptParser.format(fileName: name, head: Array(bytes))
        } catch {
            requireSound(error)
        }
    }
    do throws(PromptProblem) {
        requireFit(try PromptParser().parseDocument(bytes, fileName: "note.md"))
    } catch {
        requireSound(error)
    }
}

private func requireFit(_ prompt: Prompt) {
    require(!prompt.customID.isEmpty, "every prompt has an id")
    require(prompt.body["draftspool"] == nil, "overrides never reach the engine")
    require(!prompt.request.turns.isEmpty, "every prompt asks something")
    let body = prompt.body.serialized()
    require((try? JSON.parse(body)) == prompt.body, "the body reads back")
}

private func requireSound(_ problem: PromptProblem) {
    require(PromptProblemCode(rawValue: problem.code) != nil, "\(problem.code) is documented")
    require(!problem.message.isEmpty && !problem.remedy.isEmpty, "\(problem.code) says what to do")
}
