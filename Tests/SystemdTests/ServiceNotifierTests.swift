import Glibc
import Systemd
import Testing

/// The environment of a process is shared by its threads, so that each test runs in a process of its own.
@Suite("Notices to the service manager")
struct ServiceNotifierTests {
    @Test("arrive at the manager's socket, in order")
    func notices() async {
        await #expect(processExitsWith: .success) {
            let manager = try DatagramSocket()
            setenv("NOTIFY_SOCKET", manager.path, 1)
            let notifier = ServiceNotifier()
            #expect(notifier.isActive)
            #expect(notifier.ready(status: "Watching"))
            #expect(notifier.status("2 lanes\n3 prompts"))
            #expect(notifier.watchdog())
            #expect(notifier.reloading())
            #expect(notifier.extendTimeout(microseconds: 5_000_000))
            #expect(notifier.stopping(status: "Draining"))

            #expect(manager.receive() == "READY=1\nSTATUS=Watching")
            #expect(manager.receive() == "STATUS=2 lanes 3 prompts")
            #expect(manager.receive() == "WATCHDOG=1")
            let reload = try #require(manager.receive()?.split(separator: "\n"))
            #expect(reload.first == "RELOADING=1")
            let stamp = try #require(reload.last?.split(separator: "=").last.flatMap { Int($0) })
            #expect(reload.last?.hasPrefix("MONOTONIC_USEC=") == true && stamp > 0)
            #expect(manager.receive() == "EXTEND_TIMEOUT_USEC=5000000")
            #expect(manager.receive() == "STOPPING=1\nSTATUS=Draining")
            #expect(manager.receive() == nil)
        }
    }

    @Test("do nothing without a manager, and say so when it has gone")
    func withoutManager() async {
        await #expect(processExitsWith: .success) {
            unsetenv("NOTIFY_SOCKET")
            unsetenv("WATCHDOG_USEC")
            let notifier = ServiceNotifier()
            #expect(!notifier.isActive && notifier.watchdogInterval == nil)
            #expect(!notifier.ready(status: "x") && !notifier.watchdog())
            setenv("NOTIFY_SOCKET", "/tmp/draftspool-notify-none", 1)
            let orphan = ServiceNotifier()
            #expect(orphan.isActive && !orphan.status("x"))
        }
    }

    @Test("the watchdog's interval is that of the unit, for this process only")
    func watchdogInterval() async {
        await #expect(processExitsWith: .success) {
            setenv("WATCHDOG_USEC", "30000000", 1)
            unsetenv("WATCHDOG_PID")
            #expect(ServiceNotifier().watchdogInterval == .seconds(30))
            setenv("WATCHDOG_PID", String(getpid()), 1)
            #expect(ServiceNotifier().watchdogInterval == .seconds(30))
            setenv("WATCHDOG_PID", "1", 1)
            #expect(ServiceNotifier().watchdogInterval == nil)
            setenv("WATCHDOG_USEC", "soon", 1)
            #expect(ServiceNotifier().watchdogInterval == nil)
        }
    }
}
