import ArgumentParser
import Calibration
import Dispatching
import Foundation
import Intake
import Logging
import PromptBatch
import Settings
import Spool

/// `draftspool calibrate`: which draft setting is best for these prompts on this machine.
struct CalibrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Measures which draft setting is best for your prompts on your machine.",
        discussion: """
            Starts the configured llama-server at one draft setting after the other, sends prompts of each workload, \
            and shows speed, speed-up over MTP off, acceptance, the best setting of each workload, and where MTP \
            hurts. What was measured is taught to the daemon's learned state, so that it decides from your figures \
            at its first prompt.

              draftspool calibrate                     built-in prompts
              draftspool calibrate prompts.jsonl       your prompts, by workload
              draftspool calibrate --slots 1,4         how slots and drafts compete
              draftspool calibrate --temperature 0     do answers stay the same?
              draftspool calibrate -m a-Q4_K_M.gguf -m a-Q8_0.gguf --ngram
              draftspool calibrate --settings off,3,3@0.75 --prompts 5 --tokens 400
              draftspool calibrate --server /opt/llama.cpp/llama-server --server /opt/ik_llama.cpp/llama-server

            Several --server are compared: each is measured at all slots and settings once, then the best of each \
            run all prompts in turns, --repeats times. The last line is what to put into the configuration.

            Stop the daemon meanwhile: it would share the machine, and its own figures would overwrite what is \
            taught. --no-learn measures only. The daemon learns each number of slots apart: measure the one that is \
            configured. With slots: auto the engine has as many as may be tried, and --slots says how many are busy.

            Every finished measurement is kept in the output directory (results.jsonl, report.json, chart.svg). \
            Ctrl-C stops engine and command; the same command goes on where it stopped.

            Exit status: 0, 3 if a setting could not be run or a prompt was refused or not readable, 1 if nothing \
            could be measured, 130 after Ctrl-C.
            """)

    @OptionGroup var options: SettingsOptions

    @Argument(
        help: ArgumentHelp("A file of prompts. (default: built-in prompts)", valueName: "file"),
        completion: .file())
    var file: String?

    @OptionGroup(title: "Measuring") var sweep: SweepOptions

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Where results are kept. (default: calibration-NAME, named for the file)", valueName: "directory"),
        completion: .directory)
    var output: String?

    @Flag(inversion: .prefixedNo, help: "Teaches the results to the daemon's learned state.")
    var learn = true

    @Flag(help: "Writes the report as one JSON object.")
    var json = false

    func run() async throws {
        let settings = try await settings()
        let state = LearnedState(stateDirectory: settings.stateDirectory)
        if learn { try state.checkWritable() }
        let judge = try PromptJudge(rules: settings.rules)
        let (selection, isComplete) = try select(settings: settings, judge: judge)
        let plan = SweepPlan(
            parameters: try await parameters(settings: settings, selection: selection),
            workloads: selection.workloads)
        let directory = try ResultsDirectory(path: output ?? "calibration-\(name)")
        let calibration = SweepSession(
            plan: plan, selection: selection, settings: settings, directory: directory, logger: Self.quiet)
        let sweep = try await calibration.sweep()
        let rounds =
            plan.comparesPrograms ? try await calibration.compare(sweep, rounds: self.sweep.rounds) : nil

        var learned = SweepLearning.record(in: directory)
        var refusal: LearnedStateError?
        if learn {
            do {
                learned = try await SweepLearning(plan: plan, selection: selection, judge: judge)
                    .teach(sweep.measurements, to: state, directory: directory, logger: Self.quiet)
            } catch let error as LearnedStateError {
                refusal = error
            }
        }
        let report = CalibrationReport(
            plan: plan, measurements: sweep.measurements, failures: sweep.failures + (rounds?.failures ?? []),
            learned: learned, comparison: rounds?.comparison, configured: settings.speculation)
        try write(report, into: directory)
        show(report, in: directory)
        if let refusal {
            throw ToolError(
                "measured, but not taught: \(refusal)", remedy: "then give the same command again")
        }
        let refused = report.panels.contains { !$0.refusals.isEmpty }
        if !isComplete || !report.failures.isEmpty || refused { throw ExitStatus.partial }
    }

    private static let quiet = Logger(label: "draftspool") { _ in SwiftLogNoOpLogHandler() }

    private func settings() async throws -> Settings {
        var settings = try await options.loader().load()
        if !sweep.model.isEmpty || !sweep.server.isEmpty { settings.engine.endpoint = "" }
        guard settings.engine.endpoint.isEmpty else {
            throw SettingsError(
                key: "engine.endpoint", origin: "configuration",
                problem:
                    "is set, and calibrate starts engines itself; name a program and a model file with --server "
                    + "and --model")
        }
        guard !sweep.model.isEmpty || !settings.engine.model.isEmpty else {
            throw SettingsError(
                key: "engine.model", origin: "configuration",
                problem: "is not set; name a GGUF model file there, or with --model")
        }
        return settings
    }

    // MARK: Preparing

    private var name: String {
        guard let file else { return "built-in" }
        return file == "-" ? "stdin" : FileStem(of: file).text
    }

    private func select(
        settings: Settings, judge: PromptJudge
    ) throws -> (PromptSelection, isComplete: Bool) {
        guard let file else {
            if sweep.prompts > BuiltInPrompts.countPerWorkload {
                Console.complain(
                    "there are \(BuiltInPrompts.countPerWorkload) built-in prompts of each workload")
            }
            return (PromptSelection(of: BuiltInPrompts.all, count: sweep.prompts, judge: judge), true)
        }
        var prompts: [Prompt] = []
        let isComplete = try PromptInput.forEachPrompt(in: file, settings: settings) { prompts.append($0) }
        guard !prompts.isEmpty else {
            throw ToolError("\(file) has no prompt that can be read", remedy: "mend the lines named above")
        }
        return (PromptSelection(of: prompts, count: sweep.prompts, judge: judge), isComplete)
    }

    private func parameters(settings: Settings, selection: PromptSelection) async throws -> SweepParameters {
        let models = sweep.model.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
            .reduce(into: [String]()) { models, model in
                if !models.contains(model) { models.append(model) }
            }
        let (engines, warnings) = try await EngineSurvey.engines(
            programs: try await ServerProgram.survey(
                sweep.server.isEmpty ? [settings.engine.server] : sweep.server),
            models: models.isEmpty ? [settings.engine.model] : models,
            busySlots: sweep.busySlots(settings.engine), settings: settings)
        warnings.forEach(Console.complain)
        return SweepParameters(
            promptSource: file.map { ($0 as NSString).lastPathComponent } ?? "built-in",
            promptDigest: selection.digest, engines: engines,
            settings: sweep.sweptSettings(settings.speculation), conditions: sweep.conditions,
            maximumTokens: sweep.tokens, promptsPerWorkload: sweep.prompts, repeats: sweep.sweepRepeats)
    }

    // MARK: Showing

    private func write(_ report: CalibrationReport, into directory: ResultsDirectory) throws {
        try LinuxDisk().replace(directory.reportFile, with: report.json.serialized() + [0x0A])
        try LinuxDisk().replace(directory.chartFile, with: Array(SpeedupChart(report).svg.utf8))
    }

    private func show(_ report: CalibrationReport, in directory: ResultsDirectory) {
        if json {
            Console.print(report.json)
        } else {
            CalibrationView(report: report, directory: directory).lines(for: .output).forEach(Console.print)
        }
    }
}
