import ArgumentParser
import Dispatching
import Intake
import Settings
import Speculation
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

            What was dropped is followed by the tokens and the time it is expected to take with nothing else to \
            do, as draftspool estimate has them, where the engines can be looked at from here.

            With --wait, interrupting the command stops the waiting, not the batch. Without a daemon the file \
            waits in the spool until one is started.

            Exit status: 0 dropped (with --wait: every prompt answered), 3 some prompts failed or expired, 1 a file could \
            not be dropped, was refused as a whole, or the daemon ended while it was waited for.
            """)

    /// A file that was dropped, its prompts counted where that is wanted.
    private struct Submission {
        let drop: BatchDrop
        let groups: PromptGroups?
    }

    /// The longest that looking at the engines may take.
    private static let patience: Duration = .seconds(3)

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

    @Flag(inversion: .prefixedNo, help: "Says what the prompts are expected to take.")
    var estimate = true

    @Flag(help: "Drops a file even if not one prompt of it can be read, or a table as one prompt.")
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
        if table.template == nil, !force, let file = files.first(where: Self.isTable) {
            throw ValidationError(
                "\(file) is a table, and would be one single prompt. Give --template to make a prompt of each row, or "
                    + "--force to send it as it is.")
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
        let submissions = try submit(prompts, by: dropper, settings: settings)
        var reports = submissions.map { SubmitReport(drop: $0.drop) }
        await addEstimates(
            of: submissions, to: &reports, settings: settings, running: EstimateView.running(before))
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

    private static func isTable(_ file: String) -> Bool {
        [".csv", ".tsv"].contains { file.lowercased().hasSuffix($0) }
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

    /// Drops the files that can be dropped and complains of the others; of tables all or none.
    private func submit(
        _ tables: TablePrompts?, by dropper: BatchDropper, settings: Settings
    ) throws -> [Submission] {
        var empty: PromptGroups?
        if estimate, let judge = try? PromptJudge(rules: settings.rules) {
            empty = PromptGroups(judge: judge)
        }
        guard let tables else { return files.compactMap { drop($0, by: dropper, counting: empty) } }
        var groups = [PromptGroups?](repeating: empty, count: files.count)
        let drops = try dropper.drop(tables: files, as: name, prompts: tables) { table, prompt in
            groups[table]?.add(prompt)
        }
        return drops.indices.map { Submission(drop: drops[$0], groups: groups[$0]) }
    }

    private func drop(
        _ file: String, by dropper: BatchDropper, counting empty: PromptGroups?
    ) -> Submission? {
        var groups = empty
        do {
            let drop = try dropper.drop(file, as: name) { groups?.add($0) }
            return Submission(drop: drop, groups: groups)
        } catch {
            Console.complain("\(error)")
            return nil
        }
    }

    /// Adds what each of the dropped files is expected to take.
    private func addEstimates(
        of submissions: [Submission], to reports: inout [SubmitReport], settings: Settings,
        running: [String: DraftSetting]
    ) async {
        guard estimate, !submissions.isEmpty,
            let estimator = await BatchEstimator.load(settings: settings, within: Self.patience)
        else { return }
        for (index, submission) in submissions.enumerated() {
            guard let groups = submission.groups, groups.prompts > 0 else { continue }
            reports[index].estimate = EstimateView(estimator.estimate(groups, running: running))
        }
    }

    private func announce(_ report: SubmitReport) {
        if !json { report.dropLines.forEach(Console.print) }
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
