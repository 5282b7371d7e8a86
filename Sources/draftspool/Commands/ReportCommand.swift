import ArgumentParser
import Dispatching
import Foundation
import Settings
import Spool

/// `draftspool report`: what came of finished batches.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Shows what came of finished batches, prompt by prompt.",
        discussion: """
            One line a prompt: its workload and how sure that is, the draft depth it ran at and where that came \
            from (override, learned, prior, exploration, lane), the share of drafted tokens that were accepted, \
            its speed, its speed-up over MTP off (≈: off was not timed with such prompts), and the beginning of the answer. Then the totals \
            by workload and depth.

              draftspool report                       the batch that finished last
              draftspool report prompts               SPOOL/output/prompts
              draftspool report out/a out/b           several, as one table
              draftspool report --no-prompts          totals only
              draftspool report --json | jq .totals
              draftspool report --html report.html    a page with charts: speed, acceptance, gain, the lanes' times
              draftspool report --csv > prompts.csv   for a spreadsheet

            Why each prompt got its depth:

              draftspool report --json | jq '.prompts[].decision.reason'

            What decisions rest on, engine by engine, as the daemon last wrote it (it writes every few seconds):

              draftspool report --learned             acceptance by workload, step costs by setting
            """)

    @OptionGroup var options: SettingsOptions

    @Argument(
        help: ArgumentHelp(
            "Output directories, or their names in SPOOL/output. (default: the newest)",
            valueName: "directory"),
        completion: BatchCompletion.kind(.finished))
    var directories: [String] = []

    @Flag(inversion: .prefixedNo, help: "One line for each prompt.")
    var prompts = true

    @Flag(help: "Shows what was learned of each engine, in place of batches.")
    var learned = false

    @Flag(exclusivity: .exclusive)
    var format: ReportFormat?

    @Option(
        help: ArgumentHelp(
            "Writes a page with charts to a file (- is standard output); it needs nothing but a browser.",
            valueName: "file"),
        completion: .file(extensions: ["html"]))
    var html: String?

    func validate() throws {
        if learned, !directories.isEmpty {
            throw ValidationError("--learned shows engines, not batches; name no directory.")
        }
        if learned, html != nil || format == .csv || format == .markdown {
            throw ValidationError("--learned is shown as text or with --json.")
        }
        if let format, html != nil {
            throw ValidationError("--html writes a page; leave --\(format.rawValue) out.")
        }
    }

    func run() async throws {
        if learned { return try await showLearned() }
        let paths = try await resolvedDirectories()
        let outputs = try paths.map { try BatchOutput(directory: $0) }
        let report = BatchReport(outputs: outputs, showsPrompts: prompts)
        if let html { return try Self.write(Array(ReportPage(report).html.utf8), to: html) }
        switch format {
        case .json: Console.print(report.json)
        case .csv: try Self.write(ReportCSV(report).bytes)
        case .markdown: report.markdown.forEach(Console.print)
        case nil: report.lines(for: .output).forEach(Console.print)
        }
    }

    private static func write(_ bytes: [UInt8], to path: String = "-") throws {
        let file = try ResultOutput(path: path == "-" ? nil : path)
        try file.write(bytes)
        try file.finish()
    }

    private func showLearned() async throws {
        let state = LearnedState(stateDirectory: try await options.loader().load().stateDirectory)
        let view = LearnedView(directory: state.directory, entries: try state.entries())
        if format == .json {
            Console.print(view.json)
        } else {
            view.lines(for: .output).forEach(Console.print)
        }
    }

    private func resolvedDirectories() async throws -> [String] {
        if !directories.isEmpty, directories.allSatisfy(SpoolAccess.isDirectory) {
            return directories.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
        }
        let layout = SpoolLayout(root: try await options.loader().load().spool)
        guard !directories.isEmpty else { return [try Self.newest(in: layout)] }
        return directories.map { directory in
            let isName = !directory.contains("/") && !SpoolAccess.isDirectory(directory)
            let path = isName ? layout.output + "/" + directory : directory
            return URL(fileURLWithPath: path).standardizedFileURL.path
        }
    }

    private static func newest(in layout: SpoolLayout) throws(ToolError) -> String {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: layout.output)) ?? []
        let dated = names.filter { !$0.hasPrefix(".") }.compactMap { name -> (path: String, date: Date)? in
            let path = layout.output + "/" + name
            return BatchSearch.summary(in: path).map { (path, $0.finishedAt) }
        }
        guard let newest = dated.max(by: { ($0.date, $0.path) < ($1.date, $1.path) }) else {
            throw ToolError(
                "there is no finished batch in \(layout.output)",
                remedy: "drop one with draftspool submit, or name another spool with --spool")
        }
        return newest.path
    }
}
