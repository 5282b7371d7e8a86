import Foundation
import Yams

/// The keys of a configuration file with the lines they stand on, to find unknown ones and to name places.
struct YAMLOutline {
    /// A key without keys below it.
    struct Leaf {
        /// Dotted path.
        let path: String
        let line: Int
        /// There is no value: the key stands alone or has an empty mapping.
        let isEmpty: Bool
        /// The value is an empty mapping.
        let isMapping: Bool
    }

    /// Every leaf, in file order.
    let leaves: [Leaf]
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
        var leaves: [Leaf] = []
        Self.collect(mapping, prefix: "", into: &leaves)
        self.leaves = leaves
        ruleNames = mapping["rules"]?.mapping?.keys.compactMap(\.string).sorted() ?? []
    }

    /// The line `path` stands on.
    func line(of path: String) -> Int? {
        leaves.first { $0.path == path }?.line
    }

    private static func collect(_ mapping: Node.Mapping, prefix: String, into leaves: inout [Leaf]) {
        for (key, value) in mapping {
            let path = prefix + (key.string ?? "?")
            if let inner = value.mapping, !inner.isEmpty {
                collect(inner, prefix: path + ".", into: &leaves)
            } else {
                let isMapping = value.mapping != nil
                leaves.append(
                    Leaf(
                        path: path, line: key.mark?.line ?? 0, isEmpty: isMapping || value.null != nil,
                        isMapping: isMapping))
            }
        }
    }
}
