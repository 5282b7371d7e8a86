/// A file's name without folders and without its last suffix; the whole name where that would leave nothing.
public struct FileStem: Sendable {
    public let text: String

    public init(of fileName: String) {
        let name = fileName.split(separator: "/").last.map(String.init) ?? fileName
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else {
            text = name
            return
        }
        text = String(name[..<dot])
    }

    /// Whether a person may call a file so: as it is called, or by its stem.
    public static func isName(_ name: String, of fileName: String) -> Bool {
        name == fileName || name == FileStem(of: fileName).text
    }
}
