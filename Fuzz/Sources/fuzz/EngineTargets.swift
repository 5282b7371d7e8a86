import JSON
import Foundation
import PromptBatch

@testable import EngineParsers

/// Whatever an engine answers: a completion, its refusal, its properties and slots.
@Sendable func fuzzAnswer(_ bytes: UnsafeRawBufferPointer) {
    let body = Array(bytes)
    let response = try? GenerationResponse(
        statusCode: 200, body: body, headerRequestID: nil, totalMilliseconds: 1)
    if let response {
        require(response.promptTokens >= 0 && response.generatedTokens >= 0, "counts are no debts")
    }
    requireKept(body)
    require(!ErrorBody.message(in: body).isEmpty, "every refusal has a message")
    let decoder = JSONDecoder()
    _ = try? decoder.decode(LlamaServerProperties.self, from: Data(body))
    _ = try? decoder.decode([LlamaServerSlot].self, from: Data(body))
    _ = try? decoder.decode(ModelList.self, from: Data(body))
}

/// What an engine answers in JSON comes out of an output line byte for byte, but for line breaks between its tokens.
private func requireKept(_ body: [UInt8]) {
    guard let text = try? JSONText(body) else {
        require((try? JSON.parse(body)) == nil, "what is JSON is kept")
        return
    }
    let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    let oneLine = body.filter { $0 != 0x0A && $0 != 0x0D }
    let kept = Array(oneLine.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    require(text.bytes == kept, "what goes in comes out: \(String(decoding: text.bytes, as: UTF8.self))")
    let line = OutputLine(
        id: "b-1", customID: "c", response: OutputLine.Response(statusCode: 200, requestID: nil, body: text),
        error: nil
    ).serialized()
    require(!line.contains { $0 == 0x0A || $0 == 0x0D }, "it is one line")
    require((try? OutputLine(reading: line))?.response?.body.bytes == kept, "and reads back")
    if let strict = try? JSON.parse(body) { require(strict == text.value, "and means what it says") }
}

/// `/metrics`, headers, and what an engine prints.
@Sendable func fuzzMetrics(_ bytes: UnsafeRawBufferPointer) {
    let text = String(decoding: bytes, as: UTF8.self)
    let metrics = LlamaServerMetrics(parsing: text)
    require(metrics.draftedTokens >= 0 && metrics.generatedTokens >= 0, "counters are no debts")
    require(metrics.acceptedTokensByPosition.count <= 1024, "positions are bounded")
    if let wait = RetryAfter.duration(text) {
        require((.zero ... .seconds(86_400)).contains(wait), "a wait of at most a day: \(wait)")
    }
    var splitter = LineSplitter()
    let lines = splitter.feed(bytes) + [splitter.finish()].compactMap { $0 }
    require(lines.allSatisfy { !$0.isEmpty }, "no empty lines")
}

/// The header of a model file.
@Sendable func fuzzGGUF(_ bytes: UnsafeRawBufferPointer) {
    do throws(GGUFError) {
        let metadata = try GGUFMetadata(parsing: Array(bytes))
        require(metadata.identity.count == 16, "every model has an identity")
        require(metadata.predictionBlockCount >= 0, "blocks are counted")
    } catch {
        require(!"\(error)".isEmpty, "every error says something")
    }
}
