/// Why a file could not be read as a GGUF model.
public enum GGUFError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file cannot be opened or read.
    case unreadable(path: String, reason: String)
    /// The file does not begin with `GGUF`.
    case notGGUF
    /// A version of the format other than 2 and 3, or a file of the other byte order.
    case unsupportedVersion(UInt32)
    /// The header ends before it is complete, or a length in it goes past the end of the file.
    case truncated(atByte: UInt64)
    /// The header says something that the format does not allow.
    case malformed(String)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read the model \(path): \(reason)"
        case .notGGUF: "the model is no GGUF file: it does not begin with \"GGUF\""
        case .unsupportedVersion(let version):
            version.byteSwapped < 100
                ? "the model is a big-endian GGUF file, which this machine's engines do not read"
                : "the model's GGUF version \(version) is not known; versions 2 and 3 are"
        case .truncated(let offset):
            "the model's GGUF header is cut short at byte \(offset); download the file again"
        case .malformed(let reason): "the model's GGUF header is damaged: \(reason); download the file again"
        }
    }
}
