import Foundation

/// What systemd says of `draftspoold.service`.
struct SystemdUnit: Sendable {
    static let name = "draftspoold.service"

    let properties: [String: String]

    /// Asks systemctl; nil on a machine that systemd did not boot.
    static func look() async -> SystemdUnit? {
        guard SpoolAccess.isDirectory("/run/systemd/system") else { return nil }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "systemctl", "show", name, "--property=LoadState,ActiveState,SubState,Result,UnitFileState",
        ]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return process.terminationStatus == 0 ? SystemdUnit(showOutput: text) : nil
    }

    /// Reads the `KEY=value` lines of `systemctl show`.
    init(showOutput: String) {
        properties = Dictionary(
            showOutput.split(separator: "\n").compactMap { line in
                let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
            }, uniquingKeysWith: { _, last in last })
    }

    var findings: [Finding] {
        guard let load = properties["LoadState"] else { return [] }
        guard load == "loaded" else {
            return [.ok("systemd", "\(Self.name) is not installed (\(load))")]
        }
        let active = properties["ActiveState"] ?? "unknown"
        let state = "\(Self.name) is \(active) (\(properties["SubState"] ?? "unknown"))"
        if active == "failed" {
            return [
                .fail(
                    "systemd", "\(state), result \(properties["Result"] ?? "unknown")",
                    remedy: "journalctl -u draftspoold says why")
            ]
        }
        if properties["UnitFileState"] == "disabled" {
            return [
                .warn(
                    "systemd", "\(state) and does not start at boot",
                    remedy: "sudo systemctl enable draftspoold")
            ]
        }
        return [.ok("systemd", state)]
    }
}
