import Workload

/// What makes two backlog entries run alike at every setting, in a few integers.
///
/// Probabilities are taken to sixteenths, and a batch or template that the model never saw counts as none.
struct BacklogClassKey: Hashable, Sendable {
    private var probabilities: UInt64 = 0
    private var flags: UInt8 = 0
    private var template: Int
    private var batch: Int
    private var override: Int?

    /// Numbers the batches and templates that a model knows, for one backlog.
    struct Names {
        private var templates: [String: Int] = [:]
        private var batches: [String: Int] = [:]

        init(_ model: LearnedModel) {
            for (index, name) in model.acceptance.knownTemplates.enumerated() { templates[name] = index }
            for (index, name) in model.acceptance.knownBatches.enumerated() { batches[name] = index }
        }

        func template(_ name: String?) -> Int { name.flatMap { templates[$0] } ?? -1 }
        func batch(_ name: String?) -> Int { name.flatMap { batches[$0] } ?? -1 }
    }

    init(_ entry: BacklogEntry, names: Names) {
        let traits = entry.traits
        for workload in Workload.allCases {
            let sixteenths = (min(1, max(0, traits.distribution[workload])) * 16).rounded()
            probabilities = probabilities << 5 | UInt64(sixteenths)
        }
        if traits.thinking { flags |= 1 }
        if traits.constrained { flags |= 2 }
        template = names.template(traits.template)
        batch = names.batch(traits.batch)
        override = entry.override
    }
}
