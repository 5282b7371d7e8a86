import Foundation

/// Everything that can be configured, with its effective value.
///
/// Values come, in this order, from command line flags, `DRAFTSPOOL_…` environment variables, the YAML
/// file and the defaults of ``SettingKey``. `examples/draftspool.yaml` documents every key.
public struct Settings: Sendable, Equatable {
    /// Where batches are dropped and answers are written.
    public var spool: String
    /// Where the ledger and what was learned about engines are kept.
    public var stateDirectory: String
    /// Where the engines' sockets live.
    public var runtimeDirectory: String
    /// The least severe level that is logged: a swift-log level name.
    public var logLevel: String
    public var engine: EngineSettings
    public var speculation: SpeculationSettings
    public var dispatch: DispatchSettings
    public var input: InputSettings
    public var retention: RetentionSettings
    public var modelNames: ModelNameSettings
    /// Per-site rules that decide a workload before the classifier is asked, in the order of their names.
    public var rules: [RuleSettings]
}
