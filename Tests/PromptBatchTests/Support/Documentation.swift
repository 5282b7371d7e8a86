import FoundationEssentials

/// The files under `docs`.
enum Documentation {
    static func bytes(of name: String) throws -> [UInt8] {
        let folders = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
        let path = folders.joined(separator: "/") + "/docs/" + name
        return Array(try Data(contentsOf: URL(filePath: path)))
    }
}
