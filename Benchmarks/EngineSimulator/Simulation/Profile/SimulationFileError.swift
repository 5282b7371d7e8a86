/// A profile or a file of hidden groups that cannot be used.
public struct SimulationFileError: Error, Hashable, CustomStringConvertible {
    public enum Fault: Hashable, Sendable {
        case notJSON
        case missingField
        case unknownField
        case wrongType
        case outOfRange
        /// A table of step costs has gaps.
        case missingPlaces
        /// A table of step costs has a place twice.
        case repeatedPlace
        /// A name that is not defined in the file.
        case unknownGroup
    }

    public let fault: Fault
    /// Where in the file, as `step.places[3].milliseconds`; empty for the whole of it.
    public let path: String
    /// What is wrong, and what to write instead.
    public let reason: String

    public init(_ fault: Fault, at path: String, _ reason: String) {
        self.fault = fault
        self.path = path
        self.reason = reason
    }

    public var description: String { path.isEmpty ? reason : "\(path): \(reason)" }
}
