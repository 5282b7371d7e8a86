import JSON

/// The problems that only a reader of whole files can see.
extension PromptProblem {
    /// A prompt with an id that an earlier line of the same file has.
    public static func duplicateCustomID(_ customID: String, line: Int, firstLine: Int) -> PromptProblem {
        PromptProblem(
            .duplicateCustomID,
            "The id \"\(JSON.shortened(customID))\" is already that of line \(firstLine).",
            remedy: "Give every prompt of a file its own id.", line: line, customID: customID)
    }

    /// A line of more than `limit` bytes.
    public static func lineTooLong(line: Int, limit: Int) -> PromptProblem {
        PromptProblem(
            .lineTooLong, "The line is longer than the limit of \(limit) bytes.",
            remedy: "Shorten the prompt, or raise the size limit in the configuration.", line: line)
    }

    /// A `.txt` or `.md` document of more than `limit` bytes.
    public static func documentTooLong(limit: Int) -> PromptProblem {
        PromptProblem(
            .documentTooLong, "The document is longer than the limit of \(limit) bytes.",
            remedy: "Split it into several prompts, or raise the size limit in the configuration.")
    }

    /// A file without content.
    public static var emptyFile: PromptProblem {
        PromptProblem(
            .emptyFile, "The file is empty.",
            remedy: "Write at least one prompt to it; to drop a file, write it elsewhere and rename it in.")
    }

    /// A file of which not one prompt could be read, with the first of its problems.
    public static func noReadablePrompt(lines: Int, first: PromptProblem?) -> PromptProblem {
        let detail = first.map { " The first problem: \($0)" } ?? ""
        return PromptProblem(
            .noReadablePrompt, "Not one prompt of the file could be read (\(lines) lines).\(detail)",
            remedy: "Mend the lines as their entries say and drop the file again.")
    }
}
