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
}
