import Foundation

/// What the kernel says of a process, proc(5).
struct ProcessFigures {
    /// User and system time, seconds.
    let cpuSeconds: Double
    /// Resident memory now, megabytes (10⁶ bytes).
    let residentMegabytes: Double
    /// The most that was ever resident, megabytes.
    let peakMegabytes: Double
    /// Bytes handed to the disk so far, megabytes.
    let writtenMegabytes: Double
    /// System calls of reading and writing so far.
    let ioCalls: Double

    init(of process: Int32) {
        let stat = Self.text(process, "stat")
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        let ticks = fields.count > 13 ? (Double(fields[12]) ?? 0) + (Double(fields[13]) ?? 0) : 0
        cpuSeconds = ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
        residentMegabytes = Self.field(process, "status", "VmRSS:") * 1.024e-3
        peakMegabytes = Self.field(process, "status", "VmHWM:") * 1.024e-3
        writtenMegabytes = Self.field(process, "io", "write_bytes:") * 1e-6
        ioCalls = Self.field(process, "io", "syscr:") + Self.field(process, "io", "syscw:")
    }

    private static func text(_ process: Int32, _ file: String) -> String {
        String(
            decoding: FileManager.default.contents(atPath: "/proc/\(process)/\(file)") ?? Data(),
            as: UTF8.self)
    }

    private static func field(_ process: Int32, _ file: String, _ name: String) -> Double {
        for line in text(process, file).split(separator: "\n") where line.hasPrefix(name) {
            return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) } ?? 0
        }
        return 0
    }
}
