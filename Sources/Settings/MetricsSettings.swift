/// Where the daemon's metrics go.
public struct MetricsSettings: Sendable, Equatable {
    /// A file for node_exporter's textfile collector; nil: none is written.
    public var textfile: String?
}
