import Foundation

/// What the kernel says of memory and accelerators.
enum MemoryFigures {
    /// `MemAvailable` of /proc/meminfo, bytes.
    static func availableBytes() -> UInt64? {
        (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)).flatMap(availableBytes(inMeminfo:))
    }

    /// `MemAvailable` in the text of /proc/meminfo, which counts in kibibytes.
    static func availableBytes(inMeminfo text: String) -> UInt64? {
        for line in text.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
            return line.split(separator: " ").dropFirst().first.flatMap { UInt64($0) }.map { $0 << 10 }
        }
        return nil
    }

    /// Whether there is an NVIDIA or AMD GPU that may hold the model.
    static var hasGPU: Bool {
        ["/dev/nvidiactl", "/dev/kfd"].contains { FileManager.default.fileExists(atPath: $0) }
    }
}
