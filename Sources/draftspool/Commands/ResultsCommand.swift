import ArgumentParser
import Foundation
import PromptBatch
import Settings
import Spool

/// `draftspool results`: the answers of a batch, joined with what was asked.
struct ResultsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "results",
        abstract: "Writes the answers of a batch, each with what was asked.",
        discussion: """
            In input order. Of a batch that is not finished what there is so far, in the order in which it came.

              draftspool results nightly                        one JSON object a prompt
              draftspool results nightly --csv -o nightly.csv   for a spreadsheet
              draftspool results nightly --markdown | less      to read
              draftspool results nightly --directory answers    a text file a prompt, and index.csv
              draftspool results nightly --failed               only those that failed, with the reason

            In CSV a text that a spreadsheet could take for a formula has an apostrophe before it; JSON has every \
            text as it is.

            Exit status: 0, 3 if the batch is not finished or what was asked is not at hand (both are said), 1 if \
            there are no results.
            """)

    @OptionGroup var options: SettingsOptions

    @Argument(
        help: "The batch: its file's name, its id, or its output directory.",
        completion: BatchCompletion.kind(.all))
    var batch: String

    @Flag(exclusivity: .exclusive)
    var format: ResultFormat?

    @Option(
        help: ArgumentHelp(
            "Writes a text file for each prompt into a new directory, and index.csv.", valueName: "directory"),
        completion: .directory)
    var directory: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Writes to a file, which is replaced when all is written.", valueName: "file"),
        completion: .file())
    var output: String?

    @Option(
        help: ArgumentHelp(
            "The file that was submitted, if it is not in the spool any more.", valueName: "file"),
        completion: .file())
    var input: String?

    @Flag(help: "Only prompts that failed and lines that could not be read.")
    var failed = false

    func validate() throws {
        if directory != nil, output != nil || format != nil {
            throw ValidationError("--directory writes text files; leave --output and the format out.")
        }
    }

    func run() async throws {
        let settings = try await options.loader().load()
        let layout = SpoolLayout(root: settings.spool)
        let results = try BatchResults.open(
            batch, search: ResultSearch(layout: layout, status: try SpoolStatus.read(from: layout)),
            input: input,
            maximumLineBytes: settings.input.maximumLineBytes, failedOnly: failed)
        let written = try write(results)
        let name = PlainText.singleLine(results.source.name)
        if let place = directory ?? output {
            Console.note("\(name): \(FigureText.count(written.count, "result")) in \(place)")
        }
        if results.source.isRunning {
            Console.complain("\(name) is not finished; this is what there is so far")
        }
        var complaint = results.complaint
        if results.knowsQuestions, written.withoutQuestion > 0 {
            complaint =
                "of \(FigureText.count(written.withoutQuestion, "answer")) the question cannot be read in the input; "
                + "was the size limit of the configuration lowered, or the input changed?"
        }
        if let complaint { Console.complain(complaint) }
        if results.source.isRunning || complaint != nil { throw ExitStatus.partial }
    }

    /// - Returns: How many results were written, and how many answers without what was asked.
    private func write(_ results: BatchResults) throws -> (count: Int, withoutQuestion: Int) {
        var (count, withoutQuestion) = (0, 0)
        func note(_ result: BatchResult) {
            count += 1
            if result.isAnswerWithoutQuestion { withoutQuestion += 1 }
        }
        if let directory {
            let files = try ResultDirectory(path: directory)
            try results.forEach { result in
                try files.add(result)
                note(result)
            }
            try files.finish()
            return (count, withoutQuestion)
        }
        let format = format ?? .json
        let file = try ResultOutput(path: output)
        let isForTerminal = file.isTerminal
        func write(_ bytes: [UInt8]) throws { try file.write(isForTerminal ? format.madeSafe(bytes) : bytes) }
        try write(format.beginning(title: results.source.name))
        try results.forEach { result in
            try write(format.text(of: result))
            note(result)
        }
        try file.finish()
        return (count, withoutQuestion)
    }
}
