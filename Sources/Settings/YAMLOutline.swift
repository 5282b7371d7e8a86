import Foundation
import Yams

/// The keys of a configuration file with the lines they stand on, to find unknown ones and to name places.
struct YAMLOutline {
    /// Dotted path of every leaf, in file order.
    let leaves: [(path: String, line: Int)]
    /// The names below `rules`, sorted.
    let ruleNames: [String]

    /// Reads `text`; an empty document has no leaves.
    ///
    /// - Throws: ``SettingsError`` for text that is no YAML mapping.
    init(text: String, file: String) throws(SettingsError) {
        let root: Node?
        do {
            root = try Yams.Parser(yaml: text).singleRoot()
        } catch {
            throw SettingsError(key: nil, origin: file, problem: "not readable as YAML: \(error)")
        }
        guard let root, root.null == nil else {
            leaves = []
            ruleNames = []
            return
        }
        guard let mapping = root.mapping else {
            throw SettingsError(
                key: nil, origin: file, problem: "expected keys and values at the top level")
        }
        var leaves: [(path: String, line: Int)] = []
        Self.collect(mapping, prefix: "", into: &leaves)
        self.leaves = leaves
        ruleNames = mapping["rules"]?.mapping?.keys.compactMap(\.string).sorted() ?? []
    }

    /// The line `path` stands on.
    func line(of path: String) -> Int? {
        leaves.first { $0.path == path }?.line
    }

    private static func collect(
        _ mapping: Node.Mapping, prefix: String, into leaves: inout [(path: String, line: Int)]
    ) {
        for (key, value) in mapping {
            let path = prefix + (key.string ?? "?")
            if let inner = value.mapping {
                collect(inner, prefix: path + ".", into: &leaves)
            } else {
                leaves.append((path, key.mark?.line ?? 0))
            }
        }
    }
}
