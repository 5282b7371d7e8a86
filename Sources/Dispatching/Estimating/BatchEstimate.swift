import Speculation
import Workload

/// What prompts are expected to take, before any is sent.
public struct BatchEstimate: Sendable {
    /// The prompts of one workload.
    public struct Row: Sendable {
        public var workload: Workload
        public var prompts: Int
        public var tokens: LikelyValue
        /// Of the engines' time, changes between settings left aside.
        public var seconds: LikelyValue
        /// Where they are expected to run.
        public var settings: [DraftSetting]
        /// What the time is known from, the least certain of it.
        public var basis: SpeedBasis
        /// Answers that taught how long they are, old ones faded.
        public var answers: Double
    }

    public var rows: [Row]
    public var prompts: Int
    public var tokens: LikelyValue
    /// From the first prompt to the last answer, with nothing else to do.
    public var seconds: LikelyValue
    /// Prompts that demand a depth which no engine can run: they will fail.
    public var impossible: Int
    /// What the figures rest on, engine by engine.
    public var notes: [String]
    /// Whether every workload's time and length were measured here.
    public var isMeasured: Bool { rows.allSatisfy { $0.basis != SpeedBasis.none && $0.answers >= 1 } }

    /// - Parameters:
    ///   - forecasts: of each lane that works beside the others, if it had the work alone.
    init(_ forecasts: [WorkForecast], of groups: PromptGroups, impossible: Int, notes: [String]) {
        // An engine that cannot run all of it has the fewer parts.
        let parts = forecasts.map(\.parts).max { Self.prompts($0) < Self.prompts($1) } ?? []
        func row(_ workload: Workload) -> Row? {
            let own = parts.filter { $0.kind.workload == workload }
            guard !own.isEmpty else { return nil }
            let everywhere = forecasts.map { forecast in
                forecast.parts.filter { $0.kind.workload == workload }
            }
            let all = everywhere.flatMap(\.self)
            return Row(
                workload: workload, prompts: Self.prompts(own), tokens: Self.sum(own, \.tokens).likely,
                seconds: Self.together(everywhere.map { Self.sum($0, \.seconds) }),
                settings: Set(all.map(\.setting)).sorted(),
                basis: all.map(\.basis).max { Self.doubt($0) < Self.doubt($1) } ?? SpeedBasis.none,
                answers: own.map(\.answers).min() ?? 0)
        }
        rows = Workload.allCases.compactMap(row)
        prompts = groups.prompts
        tokens = Self.sum(parts, \.tokens).likely
        seconds = Self.together(forecasts.map(\.total))
        self.impossible = impossible
        self.notes = notes
    }

    private static func prompts(_ parts: [WorkForecast.Part]) -> Int { parts.reduce(0) { $0 + $1.prompts } }

    private static func sum(
        _ parts: [WorkForecast.Part], _ amount: (WorkForecast.Part) -> UncertainSum
    ) -> UncertainSum {
        parts.reduce(UncertainSum()) { $0 + amount($1) }
    }

    private static func together(_ alone: [UncertainSum]) -> LikelyValue {
        LikelyValue.sideBySide(alone.map(\.likely).filter { $0.value > 0 })
            ?? LikelyValue(value: 0, low: 0, high: 0)
    }

    private static func doubt(_ basis: SpeedBasis) -> Int {
        switch basis {
        case .clock: 0
        case .steps: 1
        case .none: 2
        }
    }
}
