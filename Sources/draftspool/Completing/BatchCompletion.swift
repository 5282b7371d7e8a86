import ArgumentParser
import Foundation
import Settings
import Spool

/// Names of batches for a shell that completes a command line.
struct BatchCompletion: Sendable {
    /// The batches that a command can do something with.
    enum Choice: Sendable {
        /// Those that are not finished.
        case open
        /// Those that are finished.
        case finished
        /// Those of which something failed.
        case withFailures
        /// Those that have results, be it not all of them.
        case all
    }

    private static let mostOffered = 500

    let layout: SpoolLayout
    let choice: Choice

    /// Names of batches in the spool that the rest of the command line means.
    ///
    /// Nothing where configuration or spool cannot be read: a line that is being completed has no place for complaints.
    static func kind(_ choice: Choice) -> CompletionKind {
        .custom { words, index, _ in
            guard words.indices.contains(index),
                let options = CommandLineWords(words).options(without: index),
                let settings = try? await options.loader().load()
            else { return [] }
            let completion = BatchCompletion(layout: SpoolLayout(root: settings.spool), choice: choice)
            return completion.names(beginningWith: CommandLineWords.unquoted(words[index]))
                .map { CommandLineWords.completion($0, for: CompletionShell.requesting) }
        }
    }

    /// What may become of what is typed: names, or paths where it is one; sorted.
    func names(beginningWith typed: String) -> [String] {
        let names = typed.contains("/") ? Self.directories(beginningWith: typed) : batches
        let offered = names.filter { $0.hasPrefix(typed) && CommandLineWords.canBeCompleted(to: $0) }
        return Array(Set(offered).sorted().prefix(Self.mostOffered))
    }

    private var batches: [String] {
        switch choice {
        case .open: openBatches
        case .finished: Self.names(in: layout.output)
        case .withFailures: openBatches + Self.names(in: layout.output).filter(hasFailures)
        case .all: openBatches + Self.names(in: layout.output)
        }
    }

    private var openBatches: [String] {
        let status = try? SpoolStatus.read(from: layout)
        let open = (status?.batches ?? []).filter { $0.state != .done && $0.state != .failed }
        // Where several have one name, only their ids tell them apart.
        let named = Dictionary(grouping: open, by: \.name)
        return open.filter { choice != .withFailures || $0.failed > 0 }
            .map { named[$0.name]?.count == 1 ? $0.name : $0.id }
    }

    private func hasFailures(_ name: String) -> Bool {
        var status = stat()
        return stat(layout.output + "/" + name + "/errors.jsonl", &status) == 0 && status.st_size > 0
    }

    private static func directories(beginningWith typed: String) -> [String] {
        guard let slash = typed.lastIndex(of: "/") else { return [] }
        let parent = String(typed[...slash])
        return names(in: parent).map { parent + $0 }.filter(SpoolAccess.isDirectory)
    }

    /// What is in a directory, without what is hidden.
    private static func names(in directory: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { !$0.hasPrefix(".") }
    }
}
