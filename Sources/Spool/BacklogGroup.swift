import Foundation

/// Waiting prompts of one batch that are planned together.
public struct BacklogGroup: Sendable, Hashable {
    public let batch: Int64
    public let group: String
    public let priority: Int
    public var prompts: Int
    public var expectedTokens: Int
    /// The traits of one of its prompts.
    public let traits: [UInt8]
    /// When the batch was claimed.
    public let waitingSince: Date
    /// The soonest deadline of its prompts; nil if they have none.
    public let deadline: Date?

    public init(
        batch: Int64, group: String, priority: Int, prompts: Int, expectedTokens: Int, traits: [UInt8],
        waitingSince: Date, deadline: Date? = nil
    ) {
        self.batch = batch
        self.group = group
        self.priority = priority
        self.prompts = prompts
        self.expectedTokens = expectedTokens
        self.traits = traits
        self.waitingSince = waitingSince
        self.deadline = deadline
    }
}
