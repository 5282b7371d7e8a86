import CLinux
import Glibc
import Systemd

/// The program `draftspoold`, which is the file `draftspool` called by that name.
public enum DaemonProgram {
    /// Whether this process was called by the daemon's name, in whichever directory.
    public static var isCalled: Bool {
        CommandLine.arguments.first?.split(separator: "/").last == "draftspoold"
    }

    /// What comes before anything else. It holds for the calling thread and those that it starts: call it while there
    /// is no other, before the first suspension.
    public static func prepareProcess() {
        // Until the configuration is read there is nothing to read again.
        linux_disregard_signal(SIGHUP)
        // The kernel sends it to who holds a lease on a file that another opens to write, and it ends a process by
        // default. Leases are only taken to ask whether somebody writes, and given back at once.
        linux_disregard_signal(SIGIO)
        // systemd may give the daemon CAP_LEASE, to tell whether a dropped file is still being written. Engines that
        // it starts have no business with that. Where there are no such sets (old kernels, other sandboxes) there is
        // nothing to keep.
        _ = linux_keep_capabilities_to_oneself()
        _ = PassedSockets.descriptors
    }

    /// Reads the command line and serves, until the process ends.
    public static func run() async {
        await DraftspoolDaemon.main()
    }
}
