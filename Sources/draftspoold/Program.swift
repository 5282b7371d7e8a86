import CLinux
import Glibc
import Systemd

/// What the process does before anything else, while it has one thread.
@main
enum Program {
    static func main() async {
        // Until the configuration is read there is nothing to read again.
        linux_disregard_signal(SIGHUP)
        // systemd may give the daemon CAP_LEASE, to tell whether a dropped file is still being written. Engines that
        // it starts have no business with that. Where there are no such sets (old kernels, other sandboxes) there is
        // nothing to keep.
        _ = linux_keep_capabilities_to_oneself()
        _ = PassedSockets.descriptors
        await DraftspoolDaemon.main()
    }
}
