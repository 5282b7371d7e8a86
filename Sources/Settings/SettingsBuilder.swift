import Foundation

/// Puts checked values together into ``Settings``.
struct SettingsBuilder {
    let instance: Instance
    let values: SettingValues
    /// The entries of `engines`.
    let engines: [SettingValues]
    let ruleNames: [String]

    /// The least that a line may be allowed to have: a request of one sentence.
    private static let leastLineBytes = 256

    func build() throws(SettingsError) -> Settings {
        let spool = try spool()
        // systemd keeps what belongs to a service's own spool in its own places.
        let isSystemSpool = spool == instance.spool
        let state = try directory(
            "state-directory", systemd: "STATE_DIRECTORY",
            fallback: isSystemSpool ? instance.stateDirectory : spool + "/.state")
        let runtime = try directory(
            "runtime-directory", systemd: "RUNTIME_DIRECTORY",
            fallback: isSystemSpool ? instance.runtimeDirectory : state + "/run")
        let engines = try EngineSettingsBuilder.build(values, entries: engines)
        return Settings(
            instance: instance, spool: spool, stateDirectory: state, runtimeDirectory: runtime,
            logLevel: try logLevel(), engine: engines[0], engines: engines, speculation: try speculation(),
            dispatch: try dispatch(), input: try input(), retention: try retention(), hooks: try hooks(),
            metrics: try metrics(),
            modelNames: ModelNameSettings(
                defaultModel: try values.text("model-names.default"), map: try values.map("model-names.map")),
            web: try WebSettingsBuilder(values: values, runtimeDirectory: runtime).build(),
            rules: try rules())
    }

    private func spool() throws(SettingsError) -> String {
        let named = try values.text("spool")
        guard !named.isEmpty else {
            guard !values.isOutsideTheFile("spool") else {
                throw values.wrong("spool", "is empty; it names the spool directory")
            }
            return instance.spool
        }
        let spool = absolute(named)
        // The copy of another service's configuration would have the tool drop files into that one's spool.
        if instance != .main, let owner = Instance(ofSpool: spool), owner != instance {
            throw values.wrong(
                "spool",
                "is the one of \(owner.unit), \(spool); make it empty for \(instance.spool), or name another")
        }
        return spool
    }

    private func logLevel() throws(SettingsError) -> String {
        let level = try values.text("log-level")
        let levels = ["trace", "debug", "info", "notice", "warning", "error", "critical"]
        guard levels.contains(level) else {
            throw values.wrong(
                "log-level", "'\(level)' is none of " + levels.joined(separator: ", "))
        }
        return level
    }

    private func speculation() throws(SettingsError) -> SpeculationSettings {
        let probability = try values.numberOrAuto("speculation.p-min", in: 0...1)
        return SpeculationSettings(
            fixedDepth: try values.integerOrAuto("speculation.depth", in: 0...16),
            maximumDepth: try values.integer("speculation.max-depth", in: 0...16),
            draftProbabilities: probability.map { [$0] } ?? [0, 0.75],
            probe: try values.flag("speculation.probe"))
    }

    private func dispatch() throws(SettingsError) -> DispatchSettings {
        DispatchSettings(
            maximumAttempts: try values.integer("dispatch.max-attempts", in: 1...100),
            retryDelay: try values.duration("dispatch.retry-delay"),
            drainTimeout: try values.duration("dispatch.drain-timeout"),
            maximumLaneWait: try values.duration("dispatch.max-lane-wait"))
    }

    private func input() throws(SettingsError) -> InputSettings {
        let longest = try values.bytes("input.max-line-size")
        guard longest >= Self.leastLineBytes else {
            throw values.wrong(
                "input.max-line-size",
                "must be at least \(Self.leastLineBytes) bytes, or no prompt is accepted")
        }
        return InputSettings(
            maximumLineBytes: longest,
            rescanInterval: try values.duration("input.rescan-interval", atLeast: .milliseconds(100)),
            settleTime: try values.duration("input.settle-time"))
    }

    private func retention() throws(SettingsError) -> RetentionSettings {
        RetentionSettings(
            doneAge: try values.limitingDuration("retention.done-age"),
            doneBytes: try values.limitingBytes("retention.done-size"),
            outputAge: try values.limitingDuration("retention.output-age"),
            outputBytes: try values.limitingBytes("retention.output-size"),
            ledgerAge: try values.limitingDuration("retention.ledger-age"),
            ledgerBytes: try values.limitingBytes("retention.ledger-size"),
            uploadAge: try values.limitingDuration("retention.upload-age"))
    }

    private func hooks() throws(SettingsError) -> HookSettings {
        let named = try values.text("hooks.batch-finished")
        let secretFile = try values.file("hooks.secret-file")
        var receiver: HookSettings.Receiver?
        if named.hasPrefix("/") {
            receiver = .program(absolute(named))
            guard secretFile.isEmpty else {
                throw values.wrong(
                    "hooks.secret-file", "signs webhooks, and 'hooks.batch-finished' is a program")
            }
        } else if named.hasPrefix("https://") || named.hasPrefix("http://") {
            receiver = .webhook(named)
        } else if !named.isEmpty {
            // The value may be a secret address, and so is not repeated.
            throw values.wrong(
                "hooks.batch-finished",
                "takes the path of a program from / on, or begins with https:// or http://")
        }
        return HookSettings(
            batchFinished: receiver, secretFile: secretFile,
            timeout: try values.duration("hooks.timeout", atLeast: .seconds(1)),
            giveUpAfter: try values.duration("hooks.give-up-after"))
    }

    private func metrics() throws(SettingsError) -> MetricsSettings {
        let textfile = try values.text("metrics.textfile")
        guard !textfile.hasSuffix("/") else {
            throw values.wrong(
                "metrics.textfile", "names a directory; name a file in it, such as draftspool.prom")
        }
        return MetricsSettings(textfile: textfile.isEmpty ? nil : absolute(textfile))
    }

    private func rules() throws(SettingsError) -> [RuleSettings] {
        var rules: [RuleSettings] = []
        for name in ruleNames {
            let path = "rules.\(name)"
            guard let workload = try values.optionalText(path + ".workload") else {
                throw values.wrong(path + ".workload", "is missing; every rule names the workload it gives")
            }
            let rule = RuleSettings(
                name: name, workload: workload,
                customIDPrefix: try values.optionalText(path + ".custom-id-prefix"),
                metadata: try values.optionalText(path + ".metadata"),
                systemPrompt: try values.optionalText(path + ".system-prompt"),
                pattern: try values.optionalText(path + ".pattern"))
            let conditions = [rule.customIDPrefix, rule.metadata, rule.systemPrompt, rule.pattern]
            guard conditions.contains(where: { $0 != nil }) else {
                throw values.wrong(
                    path, "has no condition; set custom-id-prefix, metadata, system-prompt or pattern")
            }
            rules.append(rule)
        }
        return rules
    }

    /// systemd passes a colon-separated list when a unit has several directories; the first is ours.
    private func directory(
        _ path: String, systemd variable: String, fallback: String
    ) throws(SettingsError) -> String {
        let configured = try values.text(path)
        if !configured.isEmpty { return absolute(configured) }
        if let given = values.environment[variable]?.split(separator: ":").first { return String(given) }
        return fallback
    }

    private func absolute(_ path: String) -> String { SettingUnits.absolute(path) }
}
