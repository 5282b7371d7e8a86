import CLinux
import Glibc

/// What the process does before anything else, while it has one thread.
@main
enum Program {
    static func main() async {
        // Until the configuration is read there is nothing to read again.
        linux_disregard_signal(SIGHUP)
        // The kernel sends it to who holds a lease on a file that another opens to write, and it ends a process by
        // default. Leases are only taken to ask whether somebody writes, and given back at once.
        linux_disregard_signal(SIGIO)
        // systemd may give the daemon CAP_LEASE, to tell whether a dropped file is still being written. Engines that
        // it starts have no business with that. Where there are no such sets (old kernels, other sandboxes) there is
        // nothing to keep.
        _ = linux_keep_capabilities_to_oneself()
        await DraftspoolDaemon.main()
    }
}
