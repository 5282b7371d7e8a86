import ArgumentParser
import PromptBatch
import Settings

/// Where `classify`, `explain` and `estimate` get their prompts from.
struct PromptInput: ParsableArguments {
    @Argument(
        help: ArgumentHelp("Files of prompts; - is standard input.", valueName: "file"),
        completion: .file())
    var files: [String] = []

    @Option(help: "A prompt on the command line, in place of a file.")
    var text: String?

    func validate() throws {
        guard files.isEmpty != (text == nil) else {
            throw ValidationError("Give either files of prompts or --text.")
        }
    }

    /// Hands every prompt to `body` and complains of every line that cannot be read.
    ///
    /// - Returns: Whether everything could be read.
    /// - Throws: ``ToolError`` if a file cannot be opened or not one of its prompts can be read.
    func forEachPrompt(settings: Settings, _ body: (Prompt) throws -> Void) throws -> Bool {
        if let text {
            return try Self.read(PromptFile(text: text), label: "--text", settings: settings, body)
        }
        var isComplete = true
        for path in files where try !Self.forEachPrompt(in: path, settings: settings, body) {
            isComplete = false
        }
        return isComplete
    }

    /// The same for one file; see ``forEachPrompt(settings:_:)``.
    static func forEachPrompt(
        in path: String, settings: Settings, _ body: (Prompt) throws -> Void
    ) throws -> Bool {
        try read(PromptFile(path: path), label: path, settings: settings, body)
    }

    private static func read(
        _ file: PromptFile, label: String, settings: Settings, _ body: (Prompt) throws -> Void
    ) throws -> Bool {
        var isComplete = true
        do {
            try file.forEachPrompt(maximumLineBytes: settings.input.maximumLineBytes) { result in
                switch result {
                case .success(let prompt): try body(prompt)
                case .failure(let problem):
                    isComplete = false
                    Console.complain("\(label): \(problem)")
                }
            }
        } catch let problem as PromptProblem {
            throw ToolError("\(label): \(problem.message)", remedy: problem.remedy)
        }
        return isComplete
    }
}
