import Foundation

/// Memory that new programs can have without swapping, as the kernel estimates it.
enum AvailableMemory {
    /// `MemAvailable` of proc(5)'s meminfo; nil where it is not told.
    static func bytes() -> Int? {
        guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8) else { return nil }
        for line in text.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
            let kibibytes = line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
            return kibibytes.map { $0 * 1024 }
        }
        return nil
    }
}
