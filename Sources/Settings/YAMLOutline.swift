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

    /// What stands below the keys that take a map, by their paths.
    let maps: [String: [String: String]]
    /// The entries of `engines`, in file order.
    let engines: [EngineOutline]
    /// The document without `engines`; empty where nothing else is in it.
    let textWithoutEngines: String

    /// An entry of `engines`. Its keys are those of the section `engine`, and are outlined as if they stood there.
    struct EngineOutline {
        let outline: YAMLOutline
        /// The entry as the section `engine`.
        let text: String
    }

    /// Reads `text`; an empty document has no leaves.
    ///
    /// - Parameter mapValues: what the values are in those keys that take names with values, by the keys' paths.
    /// - Throws: ``SettingsError`` for text that is no YAML mapping.
    init(text: String, file: String, mapValues: [String: String]) throws(SettingsError) {
        let root: Node?
        do {
            root = try Yams.Parser(yaml: text).singleRoot()
        } catch {
            throw Self.unreadable(error, file: file)
        }
        guard let root, root.null == nil else {
            try self.init([:], file: file, mapValues: mapValues, engines: [])
            return
        }
        guard let mapping = root.mapping else {
            throw SettingsError(
                key: nil, origin: file, problem: "expected keys and values at the top level")
        }
        var rest = mapping
        var entries: [EngineOutline] = []
        if let node = mapping["engines"] {
            entries = try Self.engines(node, file: file, mapValues: mapValues)
            rest["engines"] = nil
        }
        try self.init(rest, file: file, mapValues: mapValues, engines: entries)
    }

    private init(
        _ mapping: Node.Mapping, file: String, mapValues: [String: String], engines: [EngineOutline]
    ) throws(SettingsError) {
        self.engines = engines
        textWithoutEngines = Self.text(mapping)
        var leaves: [Leaf] = []
        var maps: [String: [String: String]] = [:]
        try Self.collect(
            mapping, prefix: "", file: file, mapValues: mapValues, into: &leaves, maps: &maps)
        self.maps = maps
        self.leaves = leaves
        ruleNames = mapping["rules"]?.mapping?.keys.compactMap(\.string).sorted() ?? []
    }

    private static func engines(
        _ node: Node, file: String, mapValues: [String: String]
    ) throws(SettingsError) -> [EngineOutline] {
        let wanted = "takes a list of engines, each with a name and an endpoint, or a model"
        guard let entries = node.sequence, !entries.isEmpty else {
            throw SettingsError(
                key: "engines", origin: "\(file):\(node.mark?.line ?? 0)", problem: wanted)
        }
        var engines: [EngineOutline] = []
        for (index, entry) in entries.enumerated() {
            let line = entry.mark?.line ?? 0
            guard let mapping = entry.mapping, !mapping.isEmpty else {
                throw SettingsError(key: "engines[\(index)]", origin: "\(file):\(line)", problem: wanted)
            }
            let section = Node.Mapping([(Node("engine"), entry)])
            engines.append(
                EngineOutline(
                    outline: try YAMLOutline(section, file: file, mapValues: mapValues, engines: []),
                    text: text(section)))
        }
        return engines
    }

    private static func text(_ mapping: Node.Mapping) -> String {
        mapping.isEmpty ? "" : (try? Yams.serialize(node: .mapping(mapping))) ?? ""
    }

    /// Without the line itself, which may hold what is secret.
    private static func unreadable(_ error: any Error, file: String) -> SettingsError {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            SettingsError(
                key: nil, origin: "\(file):\(mark.line)",
                problem: "not readable as YAML: \(problem), at column \(mark.column)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            SettingsError(
                key: duplicates.sorted().first, origin: "\(file):\(context.mark.line)",
                problem: "stands here twice; leave one of them out")
        default:
            SettingsError(key: nil, origin: file, problem: "not readable as YAML: \(error)")
        }
    }

    /// The line `path` stands on.
    func line(of path: String) -> Int? {
        leaves.first { $0.path == path }?.line
    }

    private static func collect(
        _ mapping: Node.Mapping, prefix: String, file: String, mapValues: [String: String],
        into leaves: inout [Leaf], maps: inout [String: [String: String]]
    ) throws(SettingsError) {
        for (key, value) in mapping {
            let path = prefix + (key.string ?? "?")
            if let inner = value.mapping, let valueName = mapValues[path] {
                maps[path] = try map(inner, valueName: valueName, path: path, file: file)
                leaves.append(Leaf(path: path, line: key.mark?.line ?? 0, isEmpty: false, isMapping: false))
            } else if let inner = value.mapping, !inner.isEmpty {
                try collect(
                    inner, prefix: path + ".", file: file, mapValues: mapValues, into: &leaves, maps: &maps)
            } else {
                let isMapping = value.mapping != nil
                leaves.append(
                    Leaf(
                        path: path, line: key.mark?.line ?? 0, isEmpty: isMapping || value.null != nil,
                        isMapping: isMapping))
            }
        }
    }

    private static func map(
        _ mapping: Node.Mapping, valueName: String, path: String, file: String
    ) throws(SettingsError) -> [String: String] {
        var map: [String: String] = [:]
        for (key, value) in mapping {
            guard let name = key.string, !name.isEmpty, let text = value.string, !text.isEmpty,
                value.null == nil
            else {
                throw SettingsError(
                    key: path + "." + (key.string ?? "?"), origin: "\(file):\(key.mark?.line ?? 0)",
                    problem: "takes \(valueName)")
            }
            map[name] = text
        }
        return map
    }
}
