/// Why a calibration cannot go on: what, where, and what to do.
public struct CalibrationError: Error, Hashable, Sendable, CustomStringConvertible {
    public let problem: String
    public let remedy: String

    public init(_ problem: String, remedy: String) {
        self.problem = problem
        self.remedy = remedy
    }

    public var description: String { "\(problem); \(remedy)" }
}
