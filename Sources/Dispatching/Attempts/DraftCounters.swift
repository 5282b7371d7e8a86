import Engine
import Speculation

/// Reads from an engine's counters how a single request's drafts were accepted by position.
///
/// The counters are those of the whole engine, so they speak of a request only if it ran alone; that shows in their
/// growth, which is then exactly what the answer reports.
package struct DraftCounters {
    /// Requests of a kind whose positions are looked at; each look costs the engine about a step.
    package static let requestsLookedAt = 4.0

    private let read: @Sendable () async throws -> LlamaServerMetrics
    private let before: LlamaServerMetrics

    /// Nil where there is nothing to learn: no drafts, a threshold that cuts them, other requests under way.
    init?(_ assignment: Assignment, on lane: LaneEngine, model: LearnedModel) async {
        guard let read = lane.counters, lane.setting.isDrafting, lane.setting.pMin == 0,
            !lane.setting.usesNgrams,
            assignment.busySlots == 1,
            model.acceptanceEvidence(assignment.judgement.traits) < Self.requestsLookedAt,
            let before = try? await read()
        else { return nil }
        self.read = read
        self.before = before
    }

    /// Accepted drafts by position since then; nil unless they are those of `response` alone.
    func acceptedPerPosition(_ response: GenerationResponse) async -> [Int]? {
        guard let after = try? await read(),
            after.draftedTokens - before.draftedTokens == response.draftedTokens,
            after.acceptedTokens - before.acceptedTokens == response.acceptedTokens
        else { return nil }
        let start = before.acceptedTokensByPosition
        return after.acceptedTokensByPosition.enumerated().map { index, count in
            count - (index < start.count ? start[index] : 0)
        }
    }
}
