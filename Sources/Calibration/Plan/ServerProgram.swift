import Engine
import Foundation

/// A llama-server program that is measured.
public struct ServerProgram: Hashable, Sendable {
    /// Where it was found; absolute.
    public var path: String
    /// What tells it apart from the others; empty where it is the only one.
    public var name: String
    public var inspection: EngineInspection

    /// Looks at programs that are to be compared, without starting an engine.
    ///
    /// - Parameter servers: paths, or names to look up on `PATH`.
    /// - Throws: `EngineError` if one cannot be run, ``CalibrationError`` if it is no llama-server, or is named twice.
    public static func survey(_ servers: [String]) async throws -> [ServerProgram] {
        var programs: [ServerProgram] = []
        var files: [[UInt64]: String] = [:]
        for server in servers {
            let path = located(server)
            let inspection = try await EngineInspection.inspect(server: path)
            guard inspection.flags.isSuperset(of: ["--host", "--model"]) else {
                throw CalibrationError(
                    "\(server) is no llama-server: its --help does not list --host and --model",
                    remedy: "name the llama-server of llama.cpp or ik_llama.cpp")
            }
            var status = stat()
            if stat(path, &status) == 0,
                let earlier = files.updateValue(
                    server, forKey: [UInt64(status.st_dev), UInt64(status.st_ino)])
            {
                throw CalibrationError(
                    earlier == server
                        ? "--server \(server) is named twice"
                        : "--server \(earlier) and --server \(server) are the same program",
                    remedy:
                        "name each program once; for other arguments, name a script that starts it with them")
            }
            programs.append(ServerProgram(path: path, name: "", inspection: inspection))
        }
        guard programs.count > 1 else { return programs }
        let names = Self.names(of: programs.map { ($0.path, $0.inspection.dialect.name) })
        for index in programs.indices { programs[index].name = names[index] }
        return programs
    }

    /// The dialect, where only one program has it, else the shortest end of the path that no other program's has.
    static func names(of programs: [(path: String, dialect: String)]) -> [String] {
        programs.map { program in
            if programs.count(where: { $0.dialect == program.dialect }) == 1 { return program.dialect }
            let parts = program.path.split(separator: "/")
            for count in 1...max(1, parts.count) {
                let end = parts.suffix(count)
                if programs.count(where: { $0.path.split(separator: "/").suffix(count) == end }) == 1 {
                    return end.joined(separator: "/")
                }
            }
            return program.path
        }
    }

    private static func located(_ server: String) -> String {
        guard !server.contains("/") else { return URL(fileURLWithPath: server).standardizedFileURL.path }
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/\(server)" }.first { access($0, X_OK) == 0 } ?? server
    }
}
