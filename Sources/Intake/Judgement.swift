import PromptBatch
import Speculation
import Workload

/// What is known of a prompt before it runs, as kept in the ledger beside it.
public struct Judgement: Codable, Sendable, Hashable {
    /// Who named the workload.
    public enum Source: Codable, Sendable, Hashable {
        case classifier
        /// The prompt itself.
        case override
        /// The site's rule of this name.
        case rule(String)
    }

    public var traits: PromptTraits
    public var source: Source
    /// The depth the prompt demands.
    public var depthOverride: Int?
    /// The model that the prompt names.
    public var modelName: String?
    /// The long beginning that it may share with others.
    public var prefix: PrefixKey?

    public init(
        traits: PromptTraits, source: Source, depthOverride: Int?, modelName: String? = nil,
        prefix: PrefixKey? = nil
    ) {
        self.traits = traits
        self.source = source
        self.depthOverride = depthOverride
        self.modelName = modelName
        self.prefix = prefix
    }

    /// Prompts of a batch whose decisions come out alike have the same key.
    ///
    /// Confidence goes in by tenths, temperature by whether tokens are sampled, and the template as it is: a
    /// batch is mostly made from few templates.
    package var group: String {
        let temperature =
            traits.temperature.map { $0 < 0.3 ? "cold" : $0 < 0.9 ? "warm" : "hot" } ?? "default"
        return [
            traits.distribution.label.rawValue, "\(Int(traits.distribution.confidence * 10))",
            traits.thinking ? "thinking" : "plain", traits.constrained ? "constrained" : "free", temperature,
            depthOverride.map { "d\($0)" } ?? "-",
        ].joined(separator: "/") + (modelName.map { "/" + $0 } ?? "")
    }
}
