import Foundation

/// Writes the manual pages: `generate-manuals TOOL.json DAEMON.json EXAMPLE.yaml FORMATS.md DIRECTORY`.
///
/// The first two are what `draftspool` and `draftspoold` print for `--experimental-dump-help`.
@main
enum GenerateManuals {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count == 5 else {
            FileHandle.standardError.write(
                Data("usage: generate-manuals TOOL.json DAEMON.json EXAMPLE.yaml FORMATS.md DIRECTORY\n".utf8)
            )
            exit(64)
        }
        let files = Array(arguments)
        let directory = URL(fileURLWithPath: files[4])
        for (name, text) in try pages(
            tool: Data(contentsOf: URL(fileURLWithPath: files[0])),
            daemon: Data(contentsOf: URL(fileURLWithPath: files[1])),
            example: String(contentsOfFile: files[2], encoding: .utf8),
            formats: String(contentsOfFile: files[3], encoding: .utf8))
        {
            try Data(text.utf8).write(to: directory.appendingPathComponent(name))
        }
    }

    /// The generated pages, by the names of their files.
    static func pages(
        tool: Data, daemon: Data, example: String, formats: String
    ) throws -> [String: String] {
        let decoder = JSONDecoder()
        return [
            "draftspool.1": CommandManual.page(
                of: try decoder.decode(ProgramHelp.self, from: tool), section: 1,
                seeAlso: ["draftspool-formats 5", "draftspool.yaml 5", "draftspoold 8"]),
            "draftspoold.8": CommandManual.page(
                of: try decoder.decode(ProgramHelp.self, from: daemon), section: 8,
                seeAlso: ["draftspool 1", "draftspool-formats 5", "draftspool.yaml 5"]),
            "draftspool.yaml.5": ConfigurationManual.page(of: example),
            "draftspool-formats.5": FormatsManual.page(of: formats),
        ]
    }
}
