import Foundation
import JSON
import PromptBatch

/// Where results and diagnostics go: results to standard output, everything else to standard error.
enum Console {
    /// Writes one line to standard output.
    static func print(_ line: String) {
        write(line + "\n", to: STDOUT_FILENO)
    }

    /// Clears the terminal that standard output is, and writes lines to it.
    static func redraw(_ lines: [String]) {
        write("\u{1B}[H\u{1B}[2J" + lines.map { $0 + "\n" }.joined(), to: STDOUT_FILENO)
    }

    /// Writes one JSON value as one line to standard output.
    static func print(_ json: JSON) {
        print(json.text)
    }

    /// Writes a diagnostic to standard error: `draftspool: message`.
    static func complain(_ message: String) {
        note("draftspool: \(message)")
    }

    /// Writes one line to standard error.
    static func note(_ line: String) {
        write(line + "\n", to: STDERR_FILENO)
    }

    /// Writes text without a line end to standard error.
    static func draw(_ text: String) {
        write(text, to: STDERR_FILENO)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written >= 0 {
                rest = rest.dropFirst(written)
            } else if errno != EINTR {
                return
            }
        }
    }
}
