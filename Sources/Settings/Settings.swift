import Foundation

/// Everything that can be configured, with its effective value.
///
/// Values come, in this order, from command line flags, `DRAFTSPOOL_…` environment variables, the YAML
/// file and the defaults of ``SettingKey``. `examples/draftspool.yaml` documents every key.
public struct Settings: Sendable, Equatable {
    /// The service that the configuration is of.
    public var instance: Instance
    /// Where batches are dropped and answers are written.
    public var spool: String
    /// Where the ledger and what was learned about engines are kept.
    public var stateDirectory: String
    /// Where the engines' sockets live.
    public var runtimeDirectory: String
    /// The least severe level that is logged: a swift-log level name.
    public var logLevel: String
    /// The engine at hand: of several, the first one, or the one that ``with(engine:)`` was given.
    public var engine: EngineSettings
    /// All engines, in the order of the file; one where there is no list of them.
    public var engines: [EngineSettings]
    public var speculation: SpeculationSettings
    public var dispatch: DispatchSettings
    public var input: InputSettings
    public var retention: RetentionSettings
    public var hooks: HookSettings
    public var metrics: MetricsSettings
    public var modelNames: ModelNameSettings
    public var web: WebSettings
    /// Per-site rules that decide a workload before the classifier is asked, in the order of their names.
    public var rules: [RuleSettings]
    /// What of the configuration has no effect any more, a sentence each.
    public var remarks: [String] = []

    /// The engine of a name; the one at hand where there is none of that name any more.
    public func engine(named name: String) -> EngineSettings {
        engines.first { $0.name == name } ?? engine
    }

    /// The same, seen by one of the engines.
    public func with(engine: EngineSettings) -> Settings {
        var settings = self
        settings.engine = engine
        return settings
    }
}
