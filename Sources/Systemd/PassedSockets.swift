import CSystemd

/// Listening sockets that the service manager has opened for this process, as a `.socket` unit says.
public enum PassedSockets {
    /// Their descriptors; none where there is no such unit.
    ///
    /// The variables that tell of them are taken out of the environment, so that no program started later takes them
    /// for its own. That changes the environment: ask for them while the process has one thread.
    public static let descriptors: [Int32] = {
        let count = sd_listen_fds(1)
        return count > 0 ? (0..<count).map { SD_LISTEN_FDS_START + $0 } : []
    }()
}
