import Foundation
import PromptBatch

/// What one measurement found; one line of `results.jsonl`.
public struct SweepMeasurement: Hashable, Codable, Sendable {
    public var key: MeasurementKey
    /// Time from the lane's start until it answered, in milliseconds.
    public var laneStartMilliseconds: Double
    /// Time from the first request to the last answer, in milliseconds.
    public var wallMilliseconds: Double
    public var requests: [MeasuredRequest]
    /// Requests the engine refused.
    public var refusals: [RefusedRequest]

    public init(
        key: MeasurementKey, laneStartMilliseconds: Double, wallMilliseconds: Double,
        requests: [MeasuredRequest], refusals: [RefusedRequest] = []
    ) {
        self.key = key
        self.laneStartMilliseconds = laneStartMilliseconds
        self.wallMilliseconds = wallMilliseconds
        self.requests = requests
        self.refusals = refusals
    }

    enum CodingKeys: String, CodingKey {
        case key, requests, refusals
        case laneStartMilliseconds = "lane_start_ms"
        case wallMilliseconds = "wall_ms"
    }

    public var generatedTokens: Int { requests.reduce(0) { $0 + $1.generatedTokens } }

    /// Tokens a second of all slots together: slots × tokens / generation time, each request weighted by the share
    /// of its time in which all slots were busy, so that the end of a group, where slots run empty, does not count.
    /// Nil if nothing was generated.
    public func tokensPerSecond(slots: Int) -> Double? {
        var tokens = 0.0
        var slotMilliseconds = 0.0
        for request in requests {
            tokens += request.fullShare * Double(request.generatedTokens)
            slotMilliseconds += request.fullShare * request.generationMilliseconds
        }
        if tokens > 0, slotMilliseconds > 0 { return Double(slots) * tokens / slotMilliseconds * 1000 }
        let wall = requests.reduce(0) { $0 + $1.generationMilliseconds / $1.busySlots }
        return wall > 0 ? Double(generatedTokens) / wall * 1000 : nil
    }
}
