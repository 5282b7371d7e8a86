import Foundation

extension SpoolStatus {
    /// How fast single answers to prompts of one workload were generated at one depth, since the daemon started.
    public struct Speed: Codable, Sendable, Equatable {
        /// By its name.
        public var workload: String
        /// Nil where the engine decides.
        public var depth: Int?
        public var answers: Int
        /// Tokens a second: the mean of the answers, and their standard deviation, nil of a single one.
        public var mean: Double
        public var deviation: Double?

        public init(workload: String, depth: Int?, answers: Int, mean: Double, deviation: Double?) {
            self.workload = workload
            self.depth = depth
            self.answers = answers
            self.mean = mean
            self.deviation = deviation
        }
    }

    /// A lane that began to serve.
    public struct LaneStart: Codable, Sendable, Equatable {
        public var at: Date
        /// The engine's name in the configuration's list; nil for the only one.
        public var engineID: String?
        /// The program and its version; nil in what an earlier version wrote.
        public var engine: String?
        public var depth: Int
        public var pMin: Double
        public var usesNgrams: Bool
        public var slots: Int

        enum CodingKeys: String, CodingKey {
            case at, engine, depth, slots
            case engineID = "engine_id"
            case pMin = "p_min"
            case usesNgrams = "ngram"
        }

        public init(
            at: Date, engineID: String?, engine: String?, depth: Int, pMin: Double, usesNgrams: Bool,
            slots: Int
        ) {
            self.at = at
            self.engineID = engineID
            self.engine = engine
            self.depth = depth
            self.pMin = pMin
            self.usesNgrams = usesNgrams
            self.slots = slots
        }
    }
}
