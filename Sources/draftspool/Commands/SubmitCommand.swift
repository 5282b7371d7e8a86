import ArgumentParser
import Settings
import Spool

/// `draftspool submit`: drops files into the spool.
struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Drops files of prompts into the spool.",
        discussion: """
            Every file is read once to find what cannot be run, copied under a temporary name, brought to disk, \
            and renamed into SPOOL/incoming: the daemon never sees half a file, and the file named here stays \
            as it is. A name that is taken gets -2, -3, … added.

              draftspool submit prompts.jsonl               drop and return
              draftspool submit *.md --wait                 wait for all of them
              draftspool submit - --name evening < a.jsonl  from standard input
              draftspool submit a.jsonl --completion-window 24h
              draftspool submit a.jsonl --wait --json | jq -r .output_directory

            With --template each row of a table becomes a prompt with the row's id, under the table's name with \
            .jsonl. A row that makes none, by a missing column say, is named with file, row and column, and then \
            nothing is dropped:

              draftspool submit papers.csv --template "Summarise: {abstract}" --dry-run
              draftspool submit papers.csv --template "Summarise: {abstract}" --id-column doi

            What has no answer within its completion window, or by its deadline, ends with the error "batch_expired"; what is \
            answered by then is kept. Prompts may have one of their own, which wins.

            With --wait, interrupting the command stops the waiting, not the batch. Without a daemon the file \
            waits in the spool until one is started.

            Exit status: 0 dropped (with --wait: every prompt answered), 3 some prompts failed or expired, 1 a file could \
            not be dropped, was refused as a whole, or the daemon ended while it was waited for.
            """)

    @OptionGroup var options: SettingsOptions

    @Argument(
        help: ArgumentHelp("Files of prompts, or tables; - is standard input.", valueName: "file"),
        completion: .file(extensions: ["jsonl", "txt", "md", "csv"]))
    var files: [String]

    @OptionGroup var table: TableOptions
    @OptionGroup var time: DeadlineOptions

    @Flag(name: [.short, .long], help: "Waits until every prompt has its answer.")
    var wait = false

    @Option(name: [.short, .long], help: "The name in the spool, which names the output directory too.")
    var name: String?

    @Flag(help: "Drops a file even if not one prompt of it can be read.")
    var force = false

    @Flag(help: "Writes one JSON object a file.")
    var json = false

    func validate() throws {
        if name != nil, files.count > 1 { throw ValidationError("--name takes a single file.") }
        if files.count(where: { $0 == "-" }) > 1 {
            throw ValidationError("Standard input (-) can be named once.")
        }
        if force, table.template != nil {
            throw ValidationError("--force is for files of prompts; every row of a table must make one.")
        }
        if wait, table.dryRun { throw ValidationError("--dry-run drops nothing that could be waited for.") }
    }

    func run() async throws {
        let settings = try await options.loader().load()
        let prompts = table.prompts(maximumLineBytes: settings.input.maximumLineBytes)
        if let prompts, table.dryRun { return try preview(prompts) }
        let access = SpoolAccess(layout: SpoolLayout(root: settings.spool))
        try access.requireIncoming()
        let before = try SpoolStatus.read(from: access.layout)
        let dropper = BatchDropper(
            layout: access.layout, maximumLineBytes: settings.input.maximumLineBytes, isForced: force,
            deadline: time.value)
        let drops =
            try prompts.map { try dropper.drop(tables: files, as: name, prompts: $0) } ?? drop(by: dropper)
        var reports = drops.map { SubmitReport(drop: $0) }
        reports.forEach(announce)
        if let complaint = access.presence(of: before).complaint, !reports.isEmpty {
            Console.complain("\(complaint); what was dropped waits until one is started")
        }
        if wait, !reports.isEmpty {
            try await follow(&reports, access: access, unit: settings.instance.unit, before: before)
        }
        if json { reports.forEach { Console.print($0.json) } }
        if let status = exitStatus(reports) { throw status }
    }

    private func preview(_ prompts: TablePrompts) throws {
        for file in files {
            let preview = try TablePreview(of: file, prompts: prompts)
            if json {
                Console.print(preview.json)
            } else {
                preview.lines(for: .output).forEach(Console.print)
            }
        }
    }

    /// Drops the files that can be dropped and complains of the others.
    private func drop(by dropper: BatchDropper) -> [BatchDrop] {
        files.compactMap { file in
            do {
                return try dropper.drop(file, as: name)
            } catch {
                Console.complain("\(error)")
                return nil
            }
        }
    }

    private func announce(_ report: SubmitReport) {
        if !json { Console.print(report.dropLine) }
        for problem in report.drop.problems { Console.complain("\(report.drop.source): \(problem)") }
        let hidden = report.drop.unreadable - report.drop.problems.count
        if hidden > 0 {
            Console.complain("\(report.drop.source): \(hidden) more; errors.jsonl will list them all")
        }
    }

    private func follow(
        _ reports: inout [SubmitReport], access: SpoolAccess, unit: String, before: SpoolStatus?
    ) async throws {
        var display = ProgressDisplay(terminal: .diagnostics)
        defer { display.end() }
        var follower = BatchFollower(
            access: access, unit: unit, drops: reports.map(\.drop), before: before)
        let outcomes = try await follower.wait { display.show($0) }
        display.end()
        for index in reports.indices {
            reports[index].outcome = outcomes[index]
            if !json { reports[index].outcomeLines(for: .output).forEach(Console.print) }
        }
    }

    private func exitStatus(_ reports: [SubmitReport]) -> ExitCode? {
        let outcomes = reports.compactMap(\.outcome)
        if reports.count < files.count || outcomes.contains(where: \.isRefused) { return .failure }
        return outcomes.contains { $0.failed > 0 } ? ExitStatus.partial : nil
    }
}
