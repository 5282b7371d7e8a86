import Foundation

/// One run of the built `draftspool`.
struct ToolRun: Sendable {
    let status: Int32
    let output: String
    let diagnostics: String

    /// Runs the program with `arguments` and an environment of its own.
    init(_ arguments: [String], input: String = "", environment: [String: String] = [:]) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "COLUMNS": "100"].merging(environment) { $1 }
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stderr
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        async let errors = Self.read(stderr)
        output = await Self.read(stdout)
        diagnostics = await errors
        process.waitUntilExit()
        status = process.terminationStatus
    }

    private static func read(_ pipe: Pipe) async -> String {
        String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }

    /// The program beside the test bundle.
    private static let program: String = {
        let bundle = Bundle.allBundles.map(\.bundlePath).first { $0.hasSuffix(".xctest") }
        let given = ProcessInfo.processInfo.arguments.first { $0.hasSuffix(".xctest") }
        let anchor = given ?? bundle ?? ProcessInfo.processInfo.arguments[0]
        return URL(fileURLWithPath: anchor).deletingLastPathComponent().path + "/draftspool"
    }()
}
