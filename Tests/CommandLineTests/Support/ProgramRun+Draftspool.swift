import Foundation
import TestSupport

/// One run of the built `draftspool`.
struct ToolRun: Sendable {
    let status: Int32
    let output: String
    let diagnostics: String

    /// Runs the program with `arguments` and an environment of its own.
    init(_ arguments: [String], input: String = "", environment: [String: String] = [:]) async throws {
        let run = try await ProgramRun(
            Self.program, arguments,
            environment: ["PATH": "/usr/bin:/bin", "COLUMNS": "100"].merging(environment) { $1 }, input: input
        )
        (status, output, diagnostics) = (run.status, run.output, run.diagnostics)
    }

    /// The program beside the test bundle.
    private static let program: String = {
        let bundle = Bundle.allBundles.map(\.bundlePath).first { $0.hasSuffix(".xctest") }
        let given = ProcessInfo.processInfo.arguments.first { $0.hasSuffix(".xctest") }
        let anchor = given ?? bundle ?? ProcessInfo.processInfo.arguments[0]
        return URL(fileURLWithPath: anchor).deletingLastPathComponent().path + "/draftspool"
    }()
}
