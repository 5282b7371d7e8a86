import PromptBatch
import Settings
import Speculation
import Spool
import Workload

/// Tells what each prompt asks for: by its own override, by the site's rules, else by the classifier.
public struct PromptJudge: Sendable {
    /// Assumed of an answer whose prompt sets no limit, tokens.
    package static let assumedTokens = 400

    private let classifier: WorkloadClassifier
    private let rules: WorkloadRules

    /// - Throws: `ClassifierResourceError` for a damaged classifier, `WorkloadRuleError` for a bad rule.
    public init(rules: [RuleSettings]) throws {
        classifier = try WorkloadClassifier()
        self.rules = try SiteRules.compile(rules)
    }

    /// Judges one prompt of `batch`.
    public func judge(_ prompt: Prompt, batch: String?) -> Judgement {
        let request = prompt.request
        let distribution: WorkloadDistribution
        let source: Judgement.Source
        if let override = prompt.workloadOverride {
            distribution = WorkloadDistribution(certain: override)
            source = .override
        } else if let match = rules.match(
            customID: prompt.customID, metadata: prompt.metadata, request: request)
        {
            distribution = WorkloadDistribution(certain: match.workload)
            source = .rule(match.ruleName)
        } else {
            distribution = classifier.classify(request).distribution
            source = .classifier
        }
        let traits = PromptTraits(
            distribution: distribution, thinking: prompt.thinking, temperature: prompt.temperature,
            constrained: prompt.constrained, maximumTokens: Self.maximumTokens(prompt),
            template: prompt.templateKey, batch: batch)
        return Judgement(
            traits: traits, source: source, depthOverride: prompt.depthOverride,
            modelName: Prompt.modelName(in: prompt.body), prefix: prompt.prefixKey)
    }

    /// What the ledger keeps of a prompt.
    func annotate(_ prompt: Prompt, batch: String) -> PromptAnnotation {
        let judgement = judge(prompt, batch: batch)
        return PromptAnnotation(
            group: judgement.group, traits: judgement.encoded,
            expectedTokens: Self.assumedTokens(prompt))
    }

    /// The most tokens of all answers that a prompt asks for at once; nil where it sets no limit.
    private static func maximumTokens(_ prompt: Prompt) -> Int? {
        prompt.maximumTokens.map { limit in
            let (product, isTooLarge) = limit.multipliedReportingOverflow(by: prompt.choiceCount)
            return isTooLarge ? Int.max : product
        }
    }

    /// What to believe of the length of the answers to a prompt before any was seen, in tokens.
    package static func assumedTokens(_ prompt: Prompt) -> Int {
        prompt.choiceCount * min(prompt.maximumTokens ?? assumedTokens, assumedTokens)
    }

    /// The same where only the prompt's traits are known.
    package static func assumedTokens(_ traits: PromptTraits) -> Int {
        min(traits.maximumTokens ?? assumedTokens, assumedTokens)
    }

    /// The features that decided the classifier's label, loudest first.
    public func evidence(for prompt: Prompt, limit: Int) -> [Evidence] {
        classifier.evidence(for: prompt.request, limit: limit)
    }

    /// A judgement that cannot be read any more counts as one of an unclear prompt.
    package static func decode(_ bytes: [UInt8]) -> Judgement {
        Judgement(encoded: bytes)
            ?? Judgement(
                traits: PromptTraits(distribution: .uniform), source: .classifier, depthOverride: nil)
    }
}
