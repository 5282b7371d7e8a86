import TestSupport

extension ProgramRun {
    /// Runs the built `draftspool` with `arguments` and an environment of its own, but for a sanitizer's options.
    init(
        draftspool arguments: [String], input: String = "", environment: [String: String] = [:]
    ) async throws {
        try await self.init(
            TestPaths.program("draftspool"), arguments,
            environment: ["PATH": "/usr/bin:/bin", "COLUMNS": "100"].merging(environment) { $1 }
                .merging(TestPaths.sanitizerOptions) { $1 }, input: input
        )
    }
}
