import Glibc

/// Whether a process with this number exists, ended but not waited for included.
func isRunning(_ processID: Int32) -> Bool {
    kill(processID, 0) == 0
}
