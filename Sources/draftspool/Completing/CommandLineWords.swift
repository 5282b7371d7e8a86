import ArgumentParser
import Settings

/// A command line that is being completed, in words as the shell has them: with their quotes.
struct CommandLineWords: Sendable {
    private static let flags = [
        "--config", "-c", "--instance", "--spool", "-s", "--state-directory", "--set",
    ]

    let words: [String]

    init(_ words: [String]) { self.words = words }

    /// What they say of the configuration; nil if that cannot be.
    ///
    /// - Parameter completed: the word that is not whole yet.
    func options(without completed: Int) -> SettingsOptions? {
        var arguments: [String] = []
        var rest = words.enumerated().filter { $0.offset != completed }.map { Self.unquoted($0.element) }[...]
        while let word = rest.popFirst() {
            if Self.flags.contains(word) {
                // bash makes three words of --spool=PATH.
                if rest.first == "=" { rest.removeFirst() }
                arguments += [word] + rest.prefix(1)
                rest = rest.dropFirst()
            } else if Self.flags.contains(where: { word.hasPrefix($0 + "=") }) {
                arguments.append(word)
            }
        }
        return try? SettingsOptions.parse(arguments)
    }

    /// A word without its quotes, the last of which may be open.
    static func unquoted(_ word: String) -> String {
        var text = ""
        var quote: Character?
        var isEscaped = false
        for character in word {
            if isEscaped {
                text.append(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if character == quote {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
            } else {
                text.append(character)
            }
        }
        return text
    }

    /// Whether a shell may be offered a name that somebody else gave.
    ///
    /// What is not one line of plain text is not, neither what a command takes for an option. bash puts `$`, a backquote
    /// and `!` on its command line without a backslash, and a home directory in place of `~`.
    static func canBeCompleted(to name: String) -> Bool {
        PlainText.singleLine(name) == name && !name.hasPrefix("-") && !name.hasPrefix("~")
            && !name.contains { "$`!".contains($0) }
    }

    /// A completion as the script for the shell takes it literally.
    static func completion(_ text: String, for shell: CompletionShell?) -> String {
        // compgen -W expands what it is given.
        if shell == .bash { return "'" + text.replacing("'", with: "'\\''") + "'" }
        // _describe takes what follows a colon for a description.
        if shell == .zsh { return text.replacing("\\", with: "\\\\").replacing(":", with: "\\:") }
        return text
    }
}
