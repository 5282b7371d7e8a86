import CSystemd
import Glibc

/// Tells the service manager how the daemon is, by the `sd_notify` protocol.
///
/// Outside of a `Type=notify` unit, when `NOTIFY_SOCKET` is not set, every call does nothing. A `STATUS` is one line
/// of text for `systemctl status`; line breaks in it become spaces. The calls return whether the manager was told,
/// which callers may ignore: there is nothing a service can do about a manager that does not listen.
public struct ServiceNotifier: Sendable {
    /// Whether there is a service manager that listens.
    public let isActive: Bool

    /// How often ``watchdog()`` has to be called at the latest (`WatchdogSec`); nil when no watchdog is set for this
    /// process. Calling it twice as often is the custom.
    public let watchdogInterval: Duration?

    /// Looks at the environment of the process: `NOTIFY_SOCKET`, `WATCHDOG_USEC`, `WATCHDOG_PID`.
    public init() {
        isActive = getenv("NOTIFY_SOCKET") != nil
        var microseconds: UInt64 = 0
        let isWatched = sd_watchdog_enabled(0, &microseconds) > 0
        watchdogInterval = isWatched ? .microseconds(Int64(clamping: microseconds)) : nil
    }

    /// The start-up, or a reload, is complete.
    @discardableResult
    public func ready(status: String) -> Bool {
        send("READY=1\n\(Self.statusLine(status))")
    }

    /// What the daemon does now.
    @discardableResult
    public func status(_ status: String) -> Bool {
        send(Self.statusLine(status))
    }

    /// The main loop is alive.
    @discardableResult
    public func watchdog() -> Bool {
        send("WATCHDOG=1")
    }

    /// The daemon has begun to stop.
    @discardableResult
    public func stopping(status: String) -> Bool {
        send("STOPPING=1\n\(Self.statusLine(status))")
    }

    /// The configuration is being read again; ``ready(status:)`` has to follow, whether it was accepted or not.
    @discardableResult
    public func reloading() -> Bool {
        send("RELOADING=1\nMONOTONIC_USEC=\(Self.monotonicMicroseconds())")
    }

    /// Asks for more time to start or stop: `microseconds` from now, before which this has to be called again.
    @discardableResult
    public func extendTimeout(microseconds: UInt64) -> Bool {
        send("EXTEND_TIMEOUT_USEC=\(microseconds)")
    }

    private func send(_ state: String) -> Bool {
        isActive && sd_notify(0, state) > 0
    }

    private static func statusLine(_ status: String) -> String {
        "STATUS=" + String(status.map { $0.isNewline ? " " : $0 })
    }

    /// The clock by which the manager tells a reload's notice from an older one (CLOCK_MONOTONIC).
    private static func monotonicMicroseconds() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000
    }
}
