import Spool

/// What a file is called in the API: `file-` and 24 hexadecimal digits for an upload, or `file-output-BATCH` for what
/// belongs to a batch of the ledger, however that came.
enum FileID: Hashable, Sendable {
    /// A file of a batch.
    enum Part: String, Sendable, CaseIterable {
        case input, output, errors
    }

    case upload(String)
    case part(Part, batch: String)

    private static let prefix = "file-"

    /// - Returns: Nil for a text that is no such id.
    init?(_ text: String) {
        guard text.hasPrefix(Self.prefix) else { return nil }
        let rest = text.dropFirst(Self.prefix.count)
        for part in Part.allCases where rest.hasPrefix(part.rawValue + "-") {
            let batch = rest.dropFirst(part.rawValue.count + 1)
            guard LedgerID.isOne(batch) else { return nil }
            self = .part(part, batch: String(batch))
            return
        }
        guard RecordFile.isRandomDigits(rest) else { return nil }
        self = .upload(text)
    }

    var text: String {
        switch self {
        case .upload(let id): id
        case .part(let part, let batch): "\(Self.prefix)\(part.rawValue)-\(batch)"
        }
    }

    /// A new upload's.
    static func makeUpload() -> String { prefix + RecordFile.randomDigits() }
}

/// The ids by which the ledger knows batches, see `ClaimedFile.makeID(on:)`.
enum LedgerID {
    /// Whether a text may be one.
    static func isOne(_ text: some StringProtocol) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
