import ArgumentParser
import Dispatching
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
              draftspool submit a.jsonl --wait --json | jq -r .output_directory

            What was dropped is followed by the tokens and the time it is expected to take with nothing else to \
            do, as draftspool estimate has them, where the engine can be looked at from here.

            With --wait, interrupting the command stops the waiting, not the batch. Without a daemon the file \
            waits in the spool until one is started.

            Exit status: 0 dropped (with --wait: every prompt answered), 3 some prompts failed, 1 a file could \
            not be dropped, was refused as a whole, or the daemon ended while it was waited for.
            """)

    /// The longest that looking at the engine may take.
    private static let patience: Duration = .seconds(3)

    @OptionGroup var options: SettingsOptions

    @Argument(
        help: ArgumentHelp("Files of prompts; - is standard input.", valueName: "file"),
        completion: .file(extensions: ["jsonl", "txt", "md"]))
    var files: [String]

    @Flag(name: [.short, .long], help: "Waits until every prompt has its answer.")
    var wait = false

    @Option(name: [.short, .long], help: "The name in the spool, which names the output directory too.")
    var name: String?

    @Flag(
        inversion: .prefixedNo,
        help: "Says what the prompts are expected to take.")
    var estimate = true

    @Flag(help: "Drops a file even if not one prompt of it can be read.")
    var force = false

    @Flag(help: "Writes one JSON object a file.")
    var json = false

    func validate() throws {
        if name != nil, files.count > 1 { throw ValidationError("--name takes a single file.") }
        if files.count(where: { $0 == "-" }) > 1 {
            throw ValidationError("Standard input (-) can be named once.")
        }
    }

    func run() async throws {
        let settings = try await options.loader().load()
        let access = SpoolAccess(layout: SpoolLayout(root: settings.spool))
        try access.requireIncoming()
        let before = try SpoolStatus.read(from: access.layout)
        let dropper = BatchDropper(
            layout: access.layout, maximumLineBytes: settings.input.maximumLineBytes, isForced: force)
        let judge = try? estimate ? PromptJudge(rules: settings.rules) : nil
        var reports: [SubmitReport] = []
        var counted: [PromptGroups?] = []
        for file in files {
            var groups = judge.map { PromptGroups(judge: $0) }
            do {
                reports.append(
                    SubmitReport(drop: try dropper.drop(file, as: name) { groups?.add($0) }))
                counted.append(groups)
            } catch {
                Console.complain("\(error)")
            }
        }
        await addEstimates(counted, to: &reports, settings: settings, running: EstimateView.running(before))
        reports.forEach(announce)
        if let complaint = access.presence(of: before).complaint, !reports.isEmpty {
            Console.complain("\(complaint); what was dropped waits until one is started")
        }
        if wait, !reports.isEmpty { try await follow(&reports, access: access, before: before) }
        if json { reports.forEach { Console.print($0.json) } }
        if let status = exitStatus(reports) { throw status }
    }

    /// Adds what each of the dropped files is expected to take.
    private func addEstimates(
        _ counted: [PromptGroups?], to reports: inout [SubmitReport], settings: Settings,
        running: DraftSetting?
    ) async {
        guard counted.contains(where: { $0 != nil }),
            let estimator = await BatchEstimator.load(settings: settings, within: Self.patience)
        else { return }
        for (index, groups) in counted.enumerated() {
            guard let groups, groups.prompts > 0 else { continue }
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
        _ reports: inout [SubmitReport], access: SpoolAccess, before: SpoolStatus?
    ) async throws {
        var display = ProgressDisplay(terminal: .diagnostics)
        defer { display.end() }
        var follower = BatchFollower(access: access, drops: reports.map(\.drop), before: before)
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
