import PromptBatch

/// A file that was dropped into a spool.
struct BatchDrop: Sendable {
    /// What the user named: a path, or `-`.
    let source: String
    /// The name in `incoming/`.
    let name: String
    /// By which the daemon's status names it, whatever directory it is in.
    let inode: UInt64
    /// Prompts that can be read.
    let prompts: Int
    /// Lines that cannot.
    let unreadable: Int
    /// The first problems that were found.
    let problems: [PromptProblem]
}
