import ArgumentParser

/// Exit statuses beyond success (0), failure (1) and wrong usage (64).
enum ExitStatus {
    /// A qualified no: some prompts of a batch failed, or no daemon is running.
    static let partial = ExitCode(3)
    /// The configuration cannot be used; `EX_CONFIG` of sysexits.h.
    static let configuration = ExitCode(78)
}
