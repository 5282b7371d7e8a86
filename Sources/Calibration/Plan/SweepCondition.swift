import Foundation

/// How every prompt of a measurement is asked, where that is not left to the prompt.
public struct SweepCondition: Hashable, Codable, Sendable {
    /// The sampling temperature; nil: each prompt's own.
    public var temperature: Double?
    /// Whether the model thinks first; nil: as each prompt says.
    public var thinking: Bool?

    public init(temperature: Double? = nil, thinking: Bool? = nil) {
        self.temperature = temperature
        self.thinking = thinking
    }

    /// Every combination of the values; an empty list leaves the property to the prompts.
    public static func combinations(temperatures: [Double], thinking: [Bool]) -> [SweepCondition] {
        let temperatures: [Double?] = temperatures.isEmpty ? [nil] : temperatures
        let thinking: [Bool?] = thinking.isEmpty ? [nil] : thinking
        return thinking.flatMap { mode in
            temperatures.map { SweepCondition(temperature: $0, thinking: mode) }
        }
    }

    /// A name for people: "temperature 0.7, thinking"; empty where everything is left to the prompts.
    public var label: String {
        var parts: [String] = []
        if let temperature { parts.append(String(format: "temperature %g", temperature)) }
        if let thinking { parts.append(thinking ? "thinking" : "not thinking") }
        return parts.joined(separator: ", ")
    }
}
