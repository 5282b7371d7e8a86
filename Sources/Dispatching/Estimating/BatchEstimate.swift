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
        /// Whether some run where a server decides how to draft, and says nothing of it.
        public var isLeftToServer: Bool
        /// What the time is known from, the least certain of it.
        public var basis: SpeedBasis
        /// Answers that taught how long they are, old ones faded.
        public var answers: Double
    }

    /// What a lane of an engine would do if it had all of the work that it can do.
    struct Share {
        let engine: EngineOutlook
        let work: WorkForecast
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

    init(_ shares: [Share], prompts: Int, impossible: Int, notes: [String]) {
        var forecast = SharedForecast()
        for share in shares { forecast.add(share.work, lanes: share.engine.lanes) }
        let parts = forecast.parts
        var rows: [Row] = []
        for workload in Workload.allCases {
            let own = parts.filter { $0.kind.workload == workload }
            guard !own.isEmpty else { continue }
            rows.append(Self.row(workload, own, forecast, shares))
        }
        self.rows = rows
        self.prompts = prompts
        tokens = Self.sum(of: parts)
        seconds = forecast.total ?? .zero
        self.impossible = impossible
        self.notes = notes
    }

    private static func row(
        _ workload: Workload, _ own: [WorkForecast.Part], _ forecast: SharedForecast, _ shares: [Share]
    ) -> Row {
        var settings: Set<DraftSetting> = []
        var isLeftToServer = false
        var basis = SpeedBasis.clock
        for share in shares {
            for part in share.work.parts where part.kind.workload == workload {
                if share.engine.choosesItsDepth {
                    isLeftToServer = true
                } else {
                    settings.insert(part.setting)
                }
                if doubt(part.basis) > doubt(basis) { basis = part.basis }
            }
        }
        return Row(
            workload: workload, prompts: own.reduce(0) { $0 + $1.prompts }, tokens: sum(of: own),
            seconds: forecast.seconds { $0.kind.workload == workload } ?? .zero,
            settings: settings.sorted(), isLeftToServer: isLeftToServer, basis: basis,
            answers: own.map(\.answers).min() ?? 0)
    }

    private static func sum(of parts: [WorkForecast.Part]) -> LikelyValue {
        parts.reduce(UncertainSum()) { $0 + $1.tokens }.likely
    }

    private static func doubt(_ basis: SpeedBasis) -> Int {
        switch basis {
        case .clock: 0
        case .steps: 1
        case .none: 2
        }
    }
}
