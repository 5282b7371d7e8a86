import Foundation
import Speculation

/// Names the hardware that generation runs on, for the engine fingerprint.
enum DeviceName {
    /// The NVIDIA and AMD GPUs the kernel shows, else the processor.
    static func current() -> String {
        let gpus = gpus()
        return gpus.isEmpty ? processor() : gpus.sorted().joined(separator: " + ")
    }

    static var kind: DeviceKind { gpus().isEmpty ? .processor : .gpu }

    /// The GPUs the kernel shows.
    static func gpus() -> [String] { nvidia() + amd() }

    private static func nvidia() -> [String] {
        let root = "/proc/driver/nvidia/gpus"
        let cards = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return cards.compactMap { value(of: "Model", in: "\(root)/\($0)/information") }
    }

    private static func amd() -> [String] {
        let root = "/sys/class/kfd/kfd/topology/nodes"
        let nodes = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return nodes.compactMap { node in
            guard let name = try? String(contentsOfFile: "\(root)/\(node)/name", encoding: .utf8) else {
                return nil
            }
            let trimmed = name.trimmingCharacters(in: .whitespacesAndNewlines)
            return trimmed.isEmpty ? nil : trimmed
        }
    }

    private static func processor() -> String {
        value(of: "model name", in: "/proc/cpuinfo") ?? "unknown processor"
    }

    private static func value(of key: String, in path: String) -> String? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        for line in text.split(separator: "\n") where line.hasPrefix(key) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        return nil
    }
}

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
