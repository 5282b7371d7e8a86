import Foundation

/// Where a file stands among those that are listed: by its time and, of those of the same time, by its name.
struct FilePlace: Comparable, Sendable {
    let date: Date
    /// An upload's id; of what belongs to a batch, the batch's id and the part, `BATCH/output`.
    let name: String

    init(date: Date, name: String) {
        self.date = date
        self.name = name
    }

    init(_ file: StoredFile) {
        date = file.createdAt
        name =
            switch file.id {
            case .upload(let id): id
            case .part(let part, let batch): "\(batch)/\(part.rawValue)"
            }
    }

    /// The batch at which looking through the ledger begins.
    var batch: String { String(name.prefix { $0 != "/" }) }

    static func < (left: FilePlace, right: FilePlace) -> Bool {
        (left.date, left.name) < (right.date, right.name)
    }

    /// Whether it comes after another where the list goes this way.
    func isBeyond(_ other: FilePlace, isAscending: Bool) -> Bool {
        isAscending ? self > other : self < other
    }

    /// Before all others, or after them.
    static func end(isAscending: Bool) -> FilePlace {
        FilePlace(date: isAscending ? .distantPast : .distantFuture, name: "")
    }

    /// Past all files of a batch.
    static func past(_ batch: String, of date: Date, isAscending: Bool) -> FilePlace {
        FilePlace(date: date, name: isAscending ? batch + "/~" : batch + "/")
    }
}
