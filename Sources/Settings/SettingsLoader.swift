import Configuration
import Foundation
import Yams

/// Reads ``Settings`` from flags, environment, file and defaults, and refuses what it does not understand.
public struct SettingsLoader: Sendable {
    /// Where the file is looked for when none is named.
    public static let defaultFile = Instance.main.configuration

    /// The YAML file; nil: ``defaultFile`` if it is there.
    public let file: String?
    /// Values from the command line by key path, as text.
    public let flags: [String: String]
    /// The process environment.
    public let environment: [String: String]

    public init(
        file: String?, flags: [String: String] = [:],
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.file = file
        self.flags = flags
        self.environment = environment
    }

    /// The file that is read, nil if there is none.
    public var effectiveFile: String? {
        file ?? (FileManager.default.fileExists(atPath: Self.defaultFile) ? Self.defaultFile : nil)
    }

    /// Reads all sources and checks every value.
    ///
    /// - Throws: ``SettingsError`` naming the key, where its value came from and what would be right.
    public func load() async throws(SettingsError) -> Settings {
        try await load(of: try Instance(ofConfiguration: effectiveFile))
    }

    /// The same for a service that its configuration's name does not tell.
    func load(of instance: Instance) async throws(SettingsError) -> Settings {
        var providers: [any ConfigProvider] = [
            EnvironmentVariablesProvider(environmentVariables: prefixedFlags)
                .prefixKeys(with: "draftspool-flag"),
            EnvironmentVariablesProvider(environmentVariables: environment)
                .prefixKeys(with: "draftspool"),
        ]
        var outline: YAMLOutline?
        if let path = effectiveFile {
            let read = try outlineOfFile(path, of: instance)
            outline = read
            try refuseUnknownKeys(read, file: path)
            if !read.leaves.isEmpty { providers.append(try Self.provider(read.textWithoutEngines, of: path)) }
        }
        try refuseUnknownVariables()
        providers.append(Self.defaults)
        let values = SettingValues(
            reader: ConfigReader(providers: providers), outline: outline, file: effectiveFile,
            flags: flags, environment: environment)
        var engines: [SettingValues] = []
        for (index, entry) in (outline?.engines ?? []).enumerated() {
            let own = try Self.provider(entry.text, of: values.file ?? "")
            engines.append(
                SettingValues(
                    reader: ConfigReader(providers: [own] + providers), outline: outline, file: effectiveFile,
                    flags: flags, environment: environment, entry: SettingValues.Entry(index, entry.outline)))
        }
        var settings = try SettingsBuilder(
            instance: instance, values: values, engines: engines, ruleNames: outline?.ruleNames ?? []
        ).build()
        settings.remarks = remarks(on: outline)
        return settings
    }

    private func remarks(on outline: YAMLOutline?) -> [String] {
        let file = effectiveFile ?? ""
        let lines = (outline?.leaves ?? []).map { (path: $0.path, origin: "\(file):\($0.line)") }
        let variables = SettingKey.retired.keys.sorted().map {
            (path: $0, origin: "environment variable \(SettingKey.environmentVariable(of: $0))")
        }.filter { environment[SettingKey.environmentVariable(of: $0.path)] != nil }
        return (lines + variables).compactMap { path, origin in
            SettingKey.retired[path].map { "\(origin): '\(path)' has no effect any more: \($0)" }
        }
    }

    private static func provider(_ text: String, of path: String) throws(SettingsError) -> YAMLText {
        do { return try YAMLText(text, name: path) } catch {
            throw SettingsError(key: nil, origin: path, problem: "\(error)")
        }
    }

    /// Flags go through the environment provider, which reads every type from text.
    private var prefixedFlags: [String: String] {
        Dictionary(
            flags.map { path, value in
                let suffix = path.uppercased().map { $0 == "." || $0 == "-" ? "_" : String($0) }.joined()
                return ("DRAFTSPOOL_FLAG_" + suffix, value)
            },
            uniquingKeysWith: { _, last in last })
    }

    private static let defaults = InMemoryProvider(
        name: "defaults",
        values: Dictionary(
            uniqueKeysWithValues: SettingKey.all.map {
                (AbsoluteConfigKey(ConfigKey($0.path)), ConfigValue($0.defaultValue, isSecret: false))
            }))

    private func outlineOfFile(_ path: String, of instance: Instance) throws(SettingsError) -> YAMLOutline {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw SettingsError(key: nil, origin: path, problem: Self.whatIsUnreadable(path, of: instance))
        }
        return try YAMLOutline(text: text, file: path, mapValues: SettingKey.mapValues)
    }

    private static func whatIsUnreadable(_ path: String, of instance: Instance) -> String {
        guard instance != .main, !FileManager.default.fileExists(atPath: path) else {
            return "cannot be read; check that it exists, is UTF-8 and is readable for this user"
        }
        let names = Instance.configured
        return "is not there, and an instance is what has such a file; "
            + (names.isEmpty ? "this machine has none" : "there are \(names.joined(separator: ", "))")
    }

    private func refuseUnknownKeys(
        _ outline: YAMLOutline, file: String, isEntry: Bool = false
    ) throws(SettingsError) {
        for (index, entry) in outline.engines.enumerated() {
            do { try refuseUnknownKeys(entry.outline, file: file, isEntry: true) } catch {
                let key = error.key?.replacing("engine.", with: "engines[\(index)].", maxReplacements: 1)
                let problem = error.problem.replacing("'engine.", with: "'", maxReplacements: 1)
                throw SettingsError(key: key, origin: error.origin, problem: problem)
            }
        }
        let known = Set(SettingKey.all.map(\.path))
        for leaf in outline.leaves
        where (!isEntry || leaf.path != "engine.name") && SettingKey.retired[leaf.path] == nil {
            if let now = SettingKey.renamed[leaf.path] {
                throw SettingsError(
                    key: leaf.path, origin: "\(file):\(leaf.line)", problem: "is called '\(now)' now")
            }
            if let key = SettingKey.all.first(where: { $0.path == leaf.path }) {
                guard leaf.isMapping else { continue }
                throw SettingsError(
                    key: leaf.path, origin: "\(file):\(leaf.line)",
                    problem: "takes \(key.kind.rawValue), not keys below it")
            }
            let isSection = leaf.path == "rules" || known.contains { $0.hasPrefix(leaf.path + ".") }
            if isSection, leaf.isEmpty { continue }
            let parts = leaf.path.split(separator: ".")
            if parts.count == 3, parts[0] == "rules", SettingKey.ruleFields.contains(String(parts[2])) {
                continue
            }
            if parts.first == "rules" {
                throw SettingsError(
                    key: leaf.path, origin: "\(file):\(leaf.line)",
                    problem: "a rule is rules.NAME with the fields "
                        + SettingKey.ruleFields.joined(separator: ", "))
            }
            if isSection {
                throw SettingsError(
                    key: leaf.path, origin: "\(file):\(leaf.line)",
                    problem: "is a section and takes keys below it")
            }
            throw SettingsError(
                key: leaf.path, origin: "\(file):\(leaf.line)",
                problem: "unknown key" + suggestion(for: leaf.path, among: known))
        }
    }

    private func refuseUnknownVariables() throws(SettingsError) {
        let known = Set(
            (SettingKey.all.map(\.path) + SettingKey.retired.keys).map(SettingKey.environmentVariable(of:)))
        for name in environment.keys.sorted()
        where name.hasPrefix("DRAFTSPOOL_") && !known.contains(name) && HookVariable(rawValue: name) == nil {
            throw SettingsError(
                key: nil, origin: "environment variable \(name)",
                problem: "unknown" + suggestion(for: name, among: known))
        }
    }

    private func suggestion(for word: String, among known: Set<String>) -> String {
        let closest = known.map { (name: $0, distance: EditDistance.between($0, word)) }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
        guard let closest, closest.distance <= max(2, word.count / 3) else {
            return "; examples/draftspool.yaml lists all keys"
        }
        return "; did you mean '\(closest.name)'?"
    }
}
