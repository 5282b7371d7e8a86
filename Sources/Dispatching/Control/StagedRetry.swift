/// A file of prompts to be run again, not yet visible to the daemon.
struct StagedRetry: Sendable {
    let path: String
    /// The name it is to have.
    let name: String
}
