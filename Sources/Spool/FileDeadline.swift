import Foundation
import PromptBatch

/// By when the prompts of a file are to be answered that do not say it themselves, as an extended attribute of the file: it
/// goes where the file goes, and its content stays as it is.
///
/// ```sh
/// setfattr -n user.draftspool.deadline -v 24h prompts.jsonl
/// ```
enum FileDeadline {
    static let attribute = "user.draftspool.deadline"
}

extension FileWriter {
    /// Gives all prompts of the file a deadline that have none of their own. To be called before ``finish()``.
    ///
    /// - Throws: ``SpoolError`` if the file system keeps no attributes.
    public func setDeadline(_ deadline: Deadline) throws(SpoolError) {
        do throws(SpoolError) { try setAttribute(FileDeadline.attribute, to: deadline.text) } catch {
            guard error.code == ENOTSUP else { throw error }
            throw SpoolError(
                operation: "give a deadline to", path: path,
                reason: "its file system keeps no attributes of files",
                remedy: "write completion_window or deadline into the prompts", code: error.code)
        }
    }
}

extension InputFile {
    /// Gives all prompts of the file a deadline that have none of their own, and brings that to disk. It holds for the file
    /// under all its names.
    ///
    /// - Returns: False if the file has another one, which stays.
    /// - Throws: ``SpoolError``, with the code `ENOTSUP` if the file system keeps no attributes.
    public func giveDeadline(_ deadline: Deadline) throws(SpoolError) -> Bool {
        if let text = try file.attribute(FileDeadline.attribute) {
            guard Deadline(text) == deadline else { return false }
        } else {
            try file.setAttribute(FileDeadline.attribute, to: deadline.text)
        }
        try file.synchronize()
        return true
    }

    /// The deadline of the file as a whole; nil if it has none.
    ///
    /// - Returns: A problem where somebody wrote something else into the attribute: a promise that cannot be kept.
    func deadline() throws(SpoolError) -> Result<Deadline?, PromptProblem> {
        guard let text = try file.attribute(FileDeadline.attribute) else { return .success(nil) }
        if let deadline = Deadline(text) { return .success(deadline) }
        let expected = "\(Deadline.windowForm), or \(Deadline.instantForm)"
        return .failure(
            PromptProblem(
                .wrongType,
                "The file's attribute `\(FileDeadline.attribute)` is \"\(text.prefix(40))\", expected \(expected).",
                remedy: "Set it to \(expected), or remove it: setfattr -x \(FileDeadline.attribute) FILE.",
                field: FileDeadline.attribute))
    }
}
