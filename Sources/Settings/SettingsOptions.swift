import ArgumentParser

/// The command line's share of the configuration, the same in both programs.
public struct SettingsOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: "The configuration file. (default: \(SettingsLoader.defaultFile) if it is there)",
        completion: .file(extensions: ["yaml", "yml"]))
    public var config: String?

    @Option(
        help: ArgumentHelp(
            "The service draftspoold@NAME, whose configuration is /etc/draftspool/NAME.yaml.",
            valueName: "name"),
        completion: .custom { _, _, _ in Instance.configured })
    public var instance: String?

    @Option(name: [.short, .long], help: "The spool directory.", completion: .directory)
    public var spool: String?

    @Option(help: "Where the ledger and what was learned are kept.", completion: .directory)
    public var stateDirectory: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Sets one configuration key, e.g. --set engine.context=4096. May be repeated.",
            valueName: "key=value"))
    public var assignments: [String] = []

    public init() {}

    public func validate() throws {
        if let instance {
            guard config == nil else {
                throw ValidationError(
                    "--instance names a configuration file, as --config does: leave one of them out")
            }
            guard Instance(named: instance) != nil else {
                throw ValidationError("--instance takes \(Instance.nameRule), not '\(instance)'")
            }
        }
        let known = Set(SettingKey.all.map(\.path))
        for assignment in assignments {
            let key = assignment.prefix { $0 != "=" }
            guard key.count < assignment.count else {
                throw ValidationError("--set takes key=value, not '\(assignment)'")
            }
            guard known.contains(String(key)) else {
                throw ValidationError("--set: there is no key '\(key)'; examples/draftspool.yaml lists all")
            }
        }
    }

    /// A loader with these flags on top of environment, file and defaults.
    ///
    /// - Parameter further: flags of the program itself, by key path; nil values are left out.
    public func loader(further: [String: String?] = [:]) -> SettingsLoader {
        var flags: [String: String] = [:]
        for assignment in assignments {
            let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            flags[String(parts[0])] = String(parts[1])
        }
        if let spool { flags["spool"] = spool }
        if let stateDirectory { flags["state-directory"] = stateDirectory }
        for (key, value) in further { if let value { flags[key] = value } }
        return SettingsLoader(
            file: config ?? instance.flatMap(Instance.init(named:))?.configuration, flags: flags)
    }
}
