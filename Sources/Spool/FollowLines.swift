import Foundation

/// Lines on their way to a batch's results so far, gathered so that each file is opened once for many.
struct FollowLines: Sendable {
    static let names = ["output.jsonl", "errors.jsonl", "timing.jsonl"]

    private var lines: [[UInt8]] = [[], [], []]

    var byteCount: Int { lines.reduce(0) { $0 + $1.count } }

    mutating func add(isSuccess: Bool, output: [UInt8], timing: [UInt8]?) {
        append(output, to: isSuccess ? 0 : 1)
        if let timing { append(timing, to: 2) }
    }

    /// Appends what was gathered to the files in `directory` and forgets it.
    mutating func append(to directory: String) throws(SpoolError) {
        for (index, name) in Self.names.enumerated() where !lines[index].isEmpty {
            let writer = try FileWriter(creating: directory + "/" + name, appending: true)
            try writer.write(lines[index])
            try writer.flush()
            lines[index].removeAll(keepingCapacity: true)
        }
    }

    private mutating func append(_ line: [UInt8], to index: Int) {
        lines[index].append(contentsOf: line)
        lines[index].append(UInt8(ascii: "\n"))
    }
}
