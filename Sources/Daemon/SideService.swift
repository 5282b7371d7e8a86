import Logging
import Settings
import Spool

/// Something that runs beside the daemon in its process. Prompts are run whether it works or not.
public protocol SideService: Sendable {
    /// Runs until the task is cancelled.
    func run() async
    /// Brings what it is doing to an end: the daemon stops. Takes a few seconds at most.
    func finish() async
}

/// What the daemon shows a ``SideService`` of itself.
public struct ServedSpool: Sendable {
    public let ledger: Ledger
    public let layout: SpoolLayout
    /// The configuration in force.
    public let settings: @Sendable () -> Settings
    /// What the daemon counts, in Prometheus' text format.
    public let metrics: @Sendable () async -> String
    /// Runs what waits for the disk.
    public let executor: any TaskExecutor
    public let logger: Logger
}
