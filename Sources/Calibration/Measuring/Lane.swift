import JSON
import Dispatching
import Engine
import PromptBatch

/// A running engine that measurements are made on.
struct Lane: Sendable {
    let engine: RunningEngine
    /// Prompts in flight at the same time.
    let slots: Int
    let requestTimeout: Duration
    /// Members that requests to this engine need.
    var requestDefaults = JSONObject()

    /// A request that came back, or was refused.
    private enum Outcome: Sendable {
        case answered(request: LaneRequest, response: GenerationResponse, span: SlotOccupancy.Span, Drafting?)
        case refused(RefusedRequest)
    }

    /// What `/metrics` counted while a request ran alone.
    private struct Drafting: Sendable {
        var steps: Int
        var acceptedPerPosition: [Int]
    }

    /// Sends a short request whose figures do not count: the first one after a start is slower.
    func warmUp(with request: LaneRequest) async throws(EngineError) {
        guard var body = request.prompt.body.objectValue else { return }
        body["max_tokens"] = 8
        do throws(EngineError) {
            _ = try await engine.engine.generate(
                GenerationRequest(
                    path: request.prompt.endpoint.rawValue, body: .object(body), slot: 0,
                    setting: request.setting, defaults: requestDefaults, timeout: requestTimeout))
        } catch .refused {
            return
        }
    }

    /// Sends requests, as many at a time as there are slots, and reports each as it ends.
    ///
    /// - Throws: `EngineError` for anything but a refusal of the request itself, `CancellationError`.
    func measure(
        _ requests: [LaneRequest], as key: MeasurementKey,
        onAnswer: @escaping @Sendable () -> Void
    ) async throws -> SweepMeasurement {
        let (outcomes, milliseconds) = try await outcomes(of: requests, onAnswer: onAnswer)
        return measurement(key, of: outcomes, wallMilliseconds: milliseconds)
    }

    /// Sends requests likewise, of whatever workloads, and takes the time of all together.
    ///
    /// - Throws: as ``measure(_:as:onAnswer:)``.
    func run(
        _ requests: [LaneRequest], onAnswer: @escaping @Sendable () -> Void
    ) async throws -> (wallMilliseconds: Double, generatedTokens: Int, answers: Int) {
        let (outcomes, milliseconds) = try await outcomes(of: requests, onAnswer: onAnswer)
        let tokens = outcomes.compactMap { outcome in
            if case .answered(_, let response, _, _) = outcome { response.generatedTokens } else { nil }
        }
        return (milliseconds, tokens.reduce(0, +), tokens.count)
    }

    private func outcomes(
        of requests: [LaneRequest], onAnswer: @escaping @Sendable () -> Void
    ) async throws -> ([Outcome], wallMilliseconds: Double) {
        let clock = ContinuousClock()
        let origin = clock.now
        let outcomes = try await withThrowingTaskGroup(of: (Int, Int, Outcome).self) { group in
            var next = 0
            var numbers = SlotNumbers()
            var outcomes: [(Int, Outcome)] = []
            while outcomes.count < requests.count {
                while next < requests.count, next - outcomes.count < slots {
                    let index = next
                    let slot = numbers.take()
                    group.addTask {
                        (index, slot, try await send(requests[index], slot: slot, since: origin))
                    }
                    next += 1
                }
                guard let (index, slot, outcome) = try await group.next() else { break }
                numbers.giveBack(slot)
                outcomes.append((index, outcome))
                onAnswer()
            }
            return outcomes.sorted { $0.0 < $1.0 }.map(\.1)
        }
        return (outcomes, (clock.now - origin) / .milliseconds(1))
    }

    private func send(
        _ request: LaneRequest, slot: Int, since origin: ContinuousClock.Instant
    ) async throws -> Outcome {
        let before = slots == 1 ? try? await engine.metrics() : nil
        let start = origin.duration(to: .now) / .milliseconds(1)
        do throws(EngineError) {
            let response = try await engine.engine.generate(
                GenerationRequest(
                    path: request.prompt.endpoint.rawValue, body: request.prompt.body, slot: slot,
                    setting: request.setting, defaults: requestDefaults, timeout: requestTimeout))
            let end = origin.duration(to: .now) / .milliseconds(1)
            guard let milliseconds = response.generationMilliseconds else {
                throw .malformedResponse("it has no timings; calibrate measures llama-server")
            }
            let span = SlotOccupancy.Span(
                start: start, generationStart: max(start, end - milliseconds), end: end)
            return .answered(request: request, response: response, span: span, await drafting(since: before))
        } catch .refused(_, let message, _) {
            return .refused(RefusedRequest(customID: request.prompt.customID, message: message))
        }
    }

    private func drafting(since before: LlamaServerMetrics?) async -> Drafting? {
        guard let before, let after = try? await engine.metrics(), after.drafts > before.drafts else {
            return nil
        }
        var counts = after.acceptedTokensByPosition
        for (index, count) in before.acceptedTokensByPosition.enumerated() where index < counts.count {
            counts[index] -= count
        }
        while counts.last == 0 { counts.removeLast() }
        return Drafting(steps: after.drafts - before.drafts, acceptedPerPosition: counts)
    }

    private func measurement(
        _ key: MeasurementKey, of outcomes: [Outcome], wallMilliseconds: Double
    ) -> SweepMeasurement {
        var measurement = SweepMeasurement(
            key: key, laneStartMilliseconds: engine.startMilliseconds, wallMilliseconds: wallMilliseconds,
            requests: [])
        var spans: [SlotOccupancy.Span] = []
        for outcome in outcomes {
            switch outcome {
            case .refused(let refusal): measurement.refusals.append(refusal)
            case .answered(let request, let response, let span, let drafting):
                spans.append(span)
                measurement.requests.append(
                    MeasuredRequest(
                        customID: request.prompt.customID, copy: request.copy,
                        promptTokens: response.promptTokens, generatedTokens: response.generatedTokens,
                        draftedTokens: response.draftedTokens, acceptedTokens: response.acceptedTokens,
                        acceptedPerPosition: drafting?.acceptedPerPosition, draftingSteps: drafting?.steps,
                        generationMilliseconds: response.generationMilliseconds ?? 0, busySlots: 1,
                        fullShare: 1, isGreedy: request.prompt.temperature == 0,
                        answer: Self.answer(in: response)))
            }
        }
        let shares = SlotOccupancy.shares(of: spans, slots: slots)
        for (index, share) in shares.enumerated() {
            measurement.requests[index].busySlots = share.busySlots
            measurement.requests[index].fullShare = share.full
        }
        return measurement
    }

    /// The first choice's message or text, with nothing of what differs from request to request.
    private static func answer(in response: GenerationResponse) -> String {
        let choice = response.body["choices"]?[0]
        if let text = choice?["text"]?.stringValue { return text }
        guard let message = choice?["message"], case .object(var members) = message else { return "" }
        if members.count <= 2, let content = members["content"]?.stringValue { return content }
        if let calls = members["tool_calls"]?.arrayValue {
            members["tool_calls"] = .array(calls.map { $0["function"] ?? $0 })
        }
        return JSON.object(members).text
    }
}
