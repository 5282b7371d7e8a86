import Glibc

/// How a child process ended, looked at without reaping it.
struct ProcessExit: Sendable, CustomStringConvertible {
    private let isSignal: Bool
    private let value: Int32

    /// The end of the child `processID`; nil while it runs. The child stays to be waited for.
    static func peek(at processID: Int32) -> ProcessExit? {
        var information = siginfo_t()
        guard waitid(P_PID, id_t(processID), &information, WEXITED | WNOHANG | WNOWAIT) == 0 else {
            return ProcessExit(isSignal: false, value: -1)
        }
        guard information._sifields._sigchld.si_pid != 0 else { return nil }
        return ProcessExit(
            isSignal: information.si_code != CLD_EXITED, value: information._sifields._sigchld.si_status)
    }

    var description: String {
        guard isSignal else { return "exit status \(value)" }
        let names: [Int32: String] = [
            SIGABRT: "SIGABRT", SIGSEGV: "SIGSEGV", SIGKILL: "SIGKILL", SIGTERM: "SIGTERM", SIGILL: "SIGILL",
            SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGINT: "SIGINT", SIGPIPE: "SIGPIPE", SIGHUP: "SIGHUP",
        ]
        let name = names[value] ?? "signal \(value)"
        return value == SIGKILL ? "killed by \(name), perhaps for lack of memory" : "killed by \(name)"
    }
}
