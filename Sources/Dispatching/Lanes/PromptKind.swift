import Speculation
import Workload

/// Prompts whose drafts are likely accepted alike, before anything more particular was seen of them.
struct PromptKind: Hashable, Sendable {
    let workload: Workload
    let thinking: Bool
    let constrained: Bool

    init(_ traits: PromptTraits) {
        workload = traits.distribution.label
        thinking = traits.thinking
        constrained = traits.constrained
    }
}
