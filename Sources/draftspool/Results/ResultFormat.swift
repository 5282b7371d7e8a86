import ArgumentParser
import CSV
import PromptBatch

/// How results are written.
enum ResultFormat: String, EnumerableFlag, Sendable {
    case json, csv, markdown

    static func help(for format: ResultFormat) -> ArgumentHelp? {
        switch format {
        case .json: "One JSON object a prompt; so it is unless another format is named."
        case .csv:
            "Comma-separated values with a header; for a spreadsheet, import them with the comma as the only separator."
        case .markdown: "A document with a chapter for each prompt."
        }
    }

    /// What stands before the first result.
    ///
    /// - Parameter title: the batch's name.
    func beginning(title: String) -> [UInt8] {
        switch self {
        case .json: []
        case .csv:
            CSVText.row(["custom_id", "line", "prompt", "answer", "finish_reason", "error_code", "error"])
        case .markdown: Array("# \(MarkdownText.escaped(title))\n".utf8)
        }
    }

    /// One result.
    func text(of result: BatchResult) -> [UInt8] {
        switch self {
        case .json: result.json.serialized() + [UInt8(ascii: "\n")]
        case .csv:
            CSVText.row(
                [
                    result.customID ?? "", result.line.map(String.init) ?? "", result.question ?? "",
                    result.answer ?? "", result.finishReason ?? "", result.failure?.code ?? "",
                    result.failure?.message ?? "",
                ].map(SpreadsheetCell.harmless))
        case .markdown: Array(MarkdownText.chapter(of: result).utf8)
        }
    }

    /// What was written, without what a terminal might obey.
    func madeSafe(_ bytes: [UInt8]) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        return Array((self == .json ? PlainText.escapedJSON(text) : PlainText.block(text)).utf8)
    }
}
