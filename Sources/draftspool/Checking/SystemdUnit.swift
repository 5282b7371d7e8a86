import Foundation

/// What systemd says of a service.
struct SystemdUnit: Sendable {
    /// `draftspoold`, or `draftspoold@NAME`.
    let name: String
    let properties: [String: String]

    /// Asks systemctl; nil on a machine that systemd did not boot.
    static func look(at name: String) async -> SystemdUnit? {
        guard SpoolAccess.isDirectory("/run/systemd/system") else { return nil }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "systemctl", "show", "\(name).service",
            "--property=LoadState,ActiveState,SubState,Result,UnitFileState",
        ]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return process.terminationStatus == 0 ? SystemdUnit(name: name, showOutput: text) : nil
    }

    /// Reads the `KEY=value` lines of `systemctl show`.
    init(name: String, showOutput: String) {
        self.name = name
        properties = Dictionary(
            showOutput.split(separator: "\n").compactMap { line in
                let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
            }, uniquingKeysWith: { _, last in last })
    }

    var findings: [Finding] {
        guard let load = properties["LoadState"] else { return [] }
        guard load == "loaded" else {
            return [.ok("systemd", "\(name).service is not installed (\(load))")]
        }
        let active = properties["ActiveState"] ?? "unknown"
        let state = "\(name).service is \(active) (\(properties["SubState"] ?? "unknown"))"
        if active == "failed" {
            return [
                .fail(
                    "systemd", "\(state), result \(properties["Result"] ?? "unknown")",
                    remedy: "journalctl -u \(name) says why")
            ]
        }
        if properties["UnitFileState"] == "disabled" {
            return [
                .warn(
                    "systemd", "\(state) and does not start at boot",
                    remedy: "sudo systemctl enable \(name)")
            ]
        }
        return [.ok("systemd", state)]
    }
}
