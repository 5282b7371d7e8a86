import TestSupport

/// The program `faulty-llama-server`, and sites that use it.
enum FaultyServer {
    static let program = TestPaths.projectRoot + "/Tests/DaemonTests/faulty-llama-server"

    /// A site with a fast, scripted engine that is not measured.
    static func site(
        engine: String = "  slots: 4", settings: String = "", arguments: [String] = []
    ) throws -> TestSite {
        let site = try TestSite()
        try configure(site, engine: engine, settings: settings, arguments: arguments)
        return site
    }

    static func configure(
        _ site: TestSite, engine: String = "  slots: 4", settings: String = "", arguments: [String] = []
    ) throws {
        try site.configure(
            engine: engine + "\n  stop-timeout: 500ms",
            settings: settings.contains("speculation:")
                ? settings : settings + "\nspeculation:\n  probe: false\n  max-depth: 0",
            server: program, extraArguments: ["--gate", site.gate] + arguments)
    }

    /// Lines of simple JSONL. What says WAIT is answered once the site's gate is open.
    static func batch(
        _ count: Int, saying text: String = "What is it?", prefix: String = "p", extra: String = ""
    ) -> String {
        (0..<count).map { #"{"id": "\#(prefix)-\#($0)", "prompt": "\#(text)"\#(extra)}"# + "\n" }.joined()
    }
}
