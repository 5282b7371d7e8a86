import Foundation

/// Lines as they come: what is under way on standard error, what came out on standard output.
enum Lines {
    static func progress(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

    static func result(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

    /// A ratio as people read it.
    static func text(_ ratio: Double) -> String { String(format: "%.3f", ratio) }
}
