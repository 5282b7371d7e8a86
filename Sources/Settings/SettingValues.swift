import Configuration
import Foundation

/// Typed access to the merged sources, with errors that say where a wrong value came from.
struct SettingValues {
    let reader: ConfigReader
    let outline: YAMLOutline?
    let file: String?
    let flags: [String: String]
    let environment: [String: String]
    /// The entry of `engines` whose keys stand before those of the section `engine`.
    var entry: Entry?

    struct Entry {
        let index: Int
        let outline: YAMLOutline

        init(_ index: Int, _ outline: YAMLOutline) {
            self.index = index
            self.outline = outline
        }
    }

    func text(_ path: String) throws(SettingsError) -> String {
        do { return try reader.requiredString(forKey: ConfigKey(path)) } catch { throw mismatch(path) }
    }

    func integer(_ path: String, in range: ClosedRange<Int>) throws(SettingsError) -> Int {
        let value: Int
        do { value = try reader.requiredInt(forKey: ConfigKey(path)) } catch { throw mismatch(path) }
        guard range.contains(value) else {
            throw wrong(path, "\(value) is not from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// Nil for `auto`.
    func integerOrAuto(_ path: String, in range: ClosedRange<Int>) throws(SettingsError) -> Int? {
        isAuto(path) ? nil : try integer(path, in: range)
    }

    /// Nil for `auto`.
    func numberOrAuto(_ path: String, in range: ClosedRange<Double>) throws(SettingsError) -> Double? {
        isAuto(path) ? nil : try number(path, in: range)
    }

    private func isAuto(_ path: String) -> Bool {
        (try? reader.requiredString(forKey: ConfigKey(path))) == "auto"
    }

    /// One of the texts that a type stands for.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ path: String, as type: Choice.Type
    ) throws(SettingsError) -> Choice where Choice.RawValue == String {
        let written = try text(path)
        guard let choice = Choice(rawValue: written) else {
            throw wrong(
                path, "'\(written)' is none of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return choice
    }

    func number(_ path: String, in range: ClosedRange<Double>) throws(SettingsError) -> Double {
        let value: Double
        do { value = try reader.requiredDouble(forKey: ConfigKey(path)) } catch { throw mismatch(path) }
        guard range.contains(value) else {
            throw wrong(path, "\(value) is not from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func flag(_ path: String) throws(SettingsError) -> Bool {
        do { return try reader.requiredBool(forKey: ConfigKey(path)) } catch { throw mismatch(path) }
    }

    func list(_ path: String) throws(SettingsError) -> [String] {
        do { return try reader.requiredStringArray(forKey: ConfigKey(path)) } catch { throw mismatch(path) }
    }

    /// Names with what they stand for: from a flag or the environment as `NAME=VALUE,…`, from the file as a mapping.
    func map(_ path: String) throws(SettingsError) -> [String: String] {
        let isOnOneLine = isOutsideTheFile(path)
        if let mapping = entry?.outline.maps[path] { return mapping }
        if !isOnOneLine, let mapping = outline?.maps[path] { return mapping }
        let written = try text(path)
        var map: [String: String] = [:]
        for entry in written.split(separator: ",", omittingEmptySubsequences: !written.contains(",")) {
            let parts = entry.split(separator: "=", maxSplits: 1).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard parts.count == 2, !parts.contains("") else {
                throw mismatch(path, found: kind(of: path) == .headers ? nil : String(entry))
            }
            guard map.updateValue(parts[1], forKey: parts[0]) == nil else {
                throw wrong(path, "has '\(parts[0])' twice; leave one of them out")
            }
        }
        return map
    }

    func duration(_ path: String) throws(SettingsError) -> Duration {
        let written = try text(path)
        guard let value = SettingUnits.duration(written) else { throw mismatch(path, found: written) }
        return value
    }

    /// A time below which the program could not do its work.
    func duration(_ path: String, atLeast least: Duration) throws(SettingsError) -> Duration {
        let value = try duration(path)
        guard value >= least else {
            let milliseconds = Int(least / .milliseconds(1))
            throw wrong(
                path,
                "must be at least "
                    + (milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"))
        }
        return value
    }

    func bytes(_ path: String) throws(SettingsError) -> Int {
        let written = try text(path)
        guard let value = SettingUnits.bytes(written), value > 0 else {
            throw mismatch(path, found: written)
        }
        return value
    }

    /// A limit in time; nil for 0, which is none.
    func limitingDuration(_ path: String) throws(SettingsError) -> Duration? {
        let value = try duration(path)
        return value == .zero ? nil : value
    }

    /// A limit in bytes; nil for 0, which is none.
    func limitingBytes(_ path: String) throws(SettingsError) -> Int? {
        let written = try text(path)
        guard let value = SettingUnits.bytes(written) else { throw mismatch(path, found: written) }
        return value == 0 ? nil : value
    }

    func optionalText(_ path: String) throws(SettingsError) -> String? {
        guard outline?.line(of: path) != nil else { return nil }
        return try text(path)
    }

    /// A file by its path; a relative one is looked up among the credentials that systemd passes, where it does. Empty
    /// for none.
    func credentialFile(_ path: String) throws(SettingsError) -> String {
        let name = try text(path)
        guard !name.isEmpty else { return "" }
        let folder = environment["CREDENTIALS_DIRECTORY"].map { URL(fileURLWithPath: $0, isDirectory: true) }
        return URL(fileURLWithPath: name, relativeTo: folder).standardizedFileURL.path
    }

    /// An error about the value of `path`, wherever it came from.
    func wrong(_ path: String, _ problem: String) -> SettingsError {
        guard let entry, path == "engine" || entry.outline.line(of: path) != nil else {
            return SettingsError(key: path, origin: origin(of: path), problem: problem)
        }
        let line = entry.outline.line(of: path) ?? entry.outline.leaves.first?.line ?? 0
        return SettingsError(
            key: "engines[\(entry.index)]" + path.dropFirst("engine".count),
            origin: "\(file ?? "configuration"):\(line)", problem: problem)
    }

    /// Whether a flag or the environment gives the value.
    func isOutsideTheFile(_ path: String) -> Bool {
        flags[path] != nil
            || SettingKey.all.contains { $0.path == path && environment[$0.environmentVariable] != nil }
    }

    /// Whether a key stands in the entry of `engines` itself.
    func isOwn(_ path: String) -> Bool { entry?.outline.line(of: path) != nil }

    private func mismatch(_ path: String, found: String? = nil) -> SettingsError {
        let seen = found.map { ", not '\($0)'" } ?? ""
        return wrong(path, "takes \(kind(of: path).rawValue)\(seen)")
    }

    private func kind(of path: String) -> SettingKey.Kind {
        SettingKey.all.first { $0.path == path }?.kind ?? .text
    }

    private func origin(of path: String) -> String {
        if flags[path] != nil { return "command line" }
        if let key = SettingKey.all.first(where: { $0.path == path }),
            environment[key.environmentVariable] != nil
        {
            return "environment variable \(key.environmentVariable)"
        }
        guard let file else { return "configuration" }
        guard let line = outline?.line(of: path) else { return file }
        return "\(file):\(line)"
    }
}
