import JSON
import Workload

extension TimingRecord {
    /// What the prompt was taken to ask for.
    public struct WorkloadVerdict: Codable, Hashable, Sendable {
        /// Who said so.
        public enum Source: String, Codable, CaseIterable, Sendable {
            /// The built-in classifier.
            case classifier
            /// The user, on the prompt itself.
            case override
            /// A rule of the configuration.
            case rule
        }

        public var label: Workload
        /// The probability of the label, 0…1; 1 where a user or a rule said it.
        public var confidence: Double
        public var source: Source
        /// The name of the rule when `source` is `rule`.
        public var rule: String?

        public init(label: Workload, confidence: Double, source: Source, rule: String? = nil) {
            self.label = label
            self.confidence = confidence
            self.source = source
            self.rule = rule
        }

        var json: JSON {
            var object: JSONObject = [
                "label": .string(label.rawValue), "confidence": JSON(rounding: confidence, decimals: 4),
            ]
            object["source"] = .string(source.rawValue)
            object["rule"] = rule.map(JSON.string)
            return .object(object)
        }
    }
}
