import Foundation

/// What a program said until its end.
public struct ProgramRun: Sendable {
    /// The exit status, or minus the signal that ended it.
    public let status: Int32
    public let output: String
    public let diagnostics: String

    /// Runs `executable` to its end; see ``ChildProcess``.
    ///
    /// - Throws: ``ChildProcessError`` if it cannot be started, `CancellationError`.
    public init(
        _ executable: String, _ arguments: [String] = [], environment: [String: String]? = nil,
        input: String = ""
    ) async throws {
        let directory = "/tmp/draftspool-run-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try Data(input.utf8).write(to: URL(fileURLWithPath: directory + "/in"))
        status = try await ChildProcess(
            executable, arguments, environment: environment, input: directory + "/in",
            output: directory + "/out", errors: directory + "/err"
        ).end()
        func text(_ name: String) throws -> String {
            String(
                decoding: try Data(contentsOf: URL(fileURLWithPath: directory + "/" + name)), as: UTF8.self)
        }
        output = try text("out")
        diagnostics = try text("err")
    }
}
