/// Whether a daemon serves the spool.
enum DaemonPresence: Sendable, Equatable {
    /// Its process is there and its status is fresh.
    case running
    /// Its process is there but has not written its status for this long.
    case unresponsive(seconds: Int)
    /// It ended, or was ended.
    case stopped
    /// No daemon ever wrote a status here.
    case never

    /// The daemon writes its status every second; after this many it counts as unresponsive.
    static let patienceSeconds = 15.0

    var isRunning: Bool { self == .running }

    /// What is wrong, in words for a person; nil if nothing is.
    var complaint: String? {
        switch self {
        case .running: nil
        case .unresponsive(let seconds): "the daemon has not been heard of for \(seconds) s"
        case .stopped: "the daemon is not running"
        case .never: "no daemon has served this spool yet"
        }
    }
}
