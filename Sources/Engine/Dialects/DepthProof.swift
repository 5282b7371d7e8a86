import JSON
import Speculation

/// Finds out whether an engine honours the draft depth that a request names: it is asked for a few tokens at depth 0, at
/// depth 1 and at the greatest, and what it drafted is counted.
///
/// Nothing else tells: builds differ in what they compile in, fields that are ignored are no error, and `/props` lists
/// them without effect, or has no word of them where they work.
public struct DepthProof: Sendable {
    /// Enough for several steps at any usual depth.
    private static let tokens = 24
    private static let question =
        "Write a Python function that checks whether a number is prime, with a docstring and an example."

    private let engine: any GenerationEngine
    private let modelName: String
    private let timeout: Duration
    private let slot: Int?

    /// - Parameters:
    ///   - engine: the engine that is tried.
    ///   - modelName: what the requests call the model.
    ///   - timeout: the limit for each of them.
    ///   - slot: the one that they are put in; nil leaves that to the engine.
    public init(engine: any GenerationEngine, modelName: String, timeout: Duration, slot: Int? = 0) {
        self.engine = engine
        self.modelName = modelName
        self.timeout = timeout
        self.slot = slot
    }

    /// Asks an engine that was started at `depth` without a p-min.
    ///
    /// - Returns: What its requests may choose; nil if the depth is not theirs to choose, or nothing shows that it is.
    /// - Throws: ``EngineError`` if the engine fails otherwise than by refusing the fields.
    public func run(startedAt depth: Int) async throws(EngineError) -> RequestDepth? {
        do throws(EngineError) {
            guard depth > 0, try await drafted(at: .off)?.total == 0,
                let one = try await drafted(at: DraftSetting(depth: 1)), one.total > 0, one.perStep <= 1
            else { return nil }
            guard depth > 1 else { return RequestDepth(greatest: 1, honoursPMin: false) }
            guard let most = try await drafted(at: DraftSetting(depth: depth)), most.perStep > 1,
                most.perStep > one.perStep
            else { return nil }
            // No draft but the first is as certain as that.
            let certain = try await drafted(at: DraftSetting(depth: depth, pMin: 1))
            return RequestDepth(
                greatest: depth, honoursPMin: certain.map { $0.perStep < most.perStep } ?? false)
        } catch {
            guard case .refused = error else { throw error }
            return nil
        }
    }

    /// What was drafted for an answer; nil where the engine does not count.
    private func drafted(
        at setting: DraftSetting
    ) async throws(EngineError) -> (total: Int, perStep: Double)? {
        let body: JSON = [
            "messages": [["role": "user", "content": .string(Self.question)]], "model": .string(modelName),
            "max_tokens": JSON(Self.tokens), "temperature": 0,
        ]
        let response = try await engine.generate(
            GenerationRequest(
                path: "/v1/chat/completions", body: body, slot: slot, setting: setting, timeout: timeout))
        guard let drafted = response.draftedTokens, let accepted = response.acceptedTokens else { return nil }
        return (drafted, Double(drafted) / Double(max(1, response.generatedTokens - accepted)))
    }
}
