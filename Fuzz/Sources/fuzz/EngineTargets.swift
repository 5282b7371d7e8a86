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
        // The daemon keeps the body in its output.
        if let value = try? JSON.parse(body) {
            let line = OutputLine(
                id: "b-1", customID: "c",
                response: OutputLine.Response(statusCode: 200, requestID: response.requestID, body: value),
                error: nil
            ).serialized()
            require((try? OutputLine(reading: line))?.response?.body == value, "the body is kept")
        }
    }
    require(!ErrorBody.message(in: body).isEmpty, "every refusal has a message")
    let decoder = JSONDecoder()
    _ = try? decoder.decode(LlamaServerProperties.self, from: Data(body))
    _ = try? decoder.decode([LlamaServerSlot].self, from: Data(body))
    _ = try? decoder.decode(ModelList.self, from: Data(body))
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
