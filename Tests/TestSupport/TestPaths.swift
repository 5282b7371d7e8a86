import Foundation

/// Where the tests find programs and the model.
public enum TestPaths {
    public static let projectRoot = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    public static let demoModel = projectRoot + "/Models/demo/demo-mtp-f16.gguf"

    /// `$LLAMA_SERVER`, else what `scripts/get-engine` fetched, else the one on PATH.
    public static let server: String = {
        if let server = ProcessInfo.processInfo.environment["LLAMA_SERVER"], !server.isEmpty { return server }
        let fetched = projectRoot + "/.engine/llama-server"
        return FileManager.default.isExecutableFile(atPath: fetched) ? fetched : "llama-server"
    }()

    /// `$IK_LLAMA_SERVER`: ik_llama.cpp has no packages, so that one is there only where somebody built it.
    public static let ikLlamaServer = ProcessInfo.processInfo.environment["IK_LLAMA_SERVER"].flatMap {
        $0.isEmpty ? nil : $0
    }

    /// A program of this build, which stands beside the test bundle.
    public static func program(_ name: String) -> String {
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let candidates = [
            bundle.appendingPathComponent(name).path,
            projectRoot + "/.build/debug/\(name)",
        ]
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? candidates[1]
    }

    /// The daemon of this build, which is `draftspool` by another name.
    ///
    /// - Throws: ``DaemonLinkError``.
    public static func daemon() throws -> String {
        let directory = URL(fileURLWithPath: program("draftspool")).deletingLastPathComponent().path
        let link = directory + "/draftspoold"
        guard (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) == "draftspool" else {
            throw DaemonLinkError(directory: directory)
        }
        return link
    }

    /// A sanitizer's options among the environment, for programs that get one of their own.
    public static let sanitizerOptions = ProcessInfo.processInfo.environment.filter {
        $0.key.hasSuffix("SAN_OPTIONS")
    }
}
