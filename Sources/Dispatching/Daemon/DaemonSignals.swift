import UnixSignals

/// The signals the daemon listens to.
enum DaemonSignals {
    /// SIGTERM and SIGINT stop, SIGHUP reads the configuration again.
    static func sequence() async -> UnixSignalsSequence {
        await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
    }
}
