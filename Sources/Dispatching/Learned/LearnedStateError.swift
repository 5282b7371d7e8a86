/// Why the learned state cannot be read or added to.
public enum LearnedStateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A daemon works with it and would overwrite what is added.
    case inUse(stateDirectory: String, processID: Int32)
    case notWritable(directory: String, reason: String)
    case notReadable(directory: String, reason: String)

    public var description: String {
        switch self {
        case .inUse(let directory, let processID):
            "a daemon (process \(processID)) works with the state directory \(directory); stop it "
                + "(systemctl stop draftspoold), or measure without teaching it: --no-learn"
        case .notWritable(let directory, let reason):
            "cannot write into \(directory): \(reason); run this as the daemon's user (sudo -u draftspool …), "
                + "name another --state-directory, or measure only: --no-learn"
        case .notReadable(let directory, let reason):
            "cannot read \(directory): \(reason); run this as the daemon's user (sudo -u draftspool …), or name "
                + "another --state-directory"
        }
    }
}
