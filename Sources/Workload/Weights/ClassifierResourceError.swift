/// Why the classifier's weights cannot be used.
public enum ClassifierResourceError: Error, Sendable, Hashable {
    /// The resource does not begin with the classifier's magic bytes.
    case notWeights
    /// The resource was made for another version of the feature extraction.
    case unsupportedVersion(found: UInt32, supported: UInt32)
    /// The resource is shorter or longer than its header says, or the header names an unusable layout; in bytes.
    case wrongSize(found: Int, expected: Int)
    /// The content does not match the checksum in the header.
    case checksumMismatch(found: UInt64, expected: UInt64)
    /// A value that must be finite and positive is not.
    case unusableValue(name: String)
}

extension ClassifierResourceError: CustomStringConvertible {
    public var description: String {
        let remedy = "reinstall draftspool, or make the weights again with Models/workload-classifier/train"
        let problem =
            switch self {
            case .notWeights:
                "the classifier's weights do not begin with the expected magic bytes"
            case .unsupportedVersion(let found, let supported):
                "the classifier's weights have version \(found), this program reads version \(supported)"
            case .wrongSize(let found, let expected):
                "the classifier's weights are \(found) bytes long, expected \(expected)"
            case .checksumMismatch(let found, let expected):
                "the classifier's weights are damaged: checksum \(String(found, radix: 16)), "
                    + "expected \(String(expected, radix: 16))"
            case .unusableValue(let name):
                "the classifier's weights hold an unusable value for '\(name)'"
            }
        return "\(problem); \(remedy)"
    }
}
