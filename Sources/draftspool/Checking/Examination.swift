import Settings

/// All of `doctor`'s checks, in the order in which things depend on each other.
struct Examination: Sendable {
    let loader: SettingsLoader
    /// Whether an engine is started and asked, which takes its time and memory.
    var startsEngine = false

    /// Looks at everything; without a usable configuration, at that alone.
    func findings() async -> [Finding] {
        let settings: Settings
        do {
            settings = try await loader.load()
        } catch {
            return [.fail("configuration", "\(error)", remedy: "mend that value; then run doctor again")]
        }
        var findings = [configuration]
        findings += ClassifierCheck(settings: settings).findings()
        findings += SpoolCheck(settings: settings).findings()
        findings += DirectoryCheck(settings: settings).findings()
        findings += await DaemonCheck(settings: settings).findings()
        findings +=
            settings.engine.endpoint.isEmpty
            ? await ManagedEngineCheck(settings: settings).findings()
            : await EndpointCheck(settings: settings.engine).findings()
        if startsEngine, settings.engine.endpoint.isEmpty, !findings.contains(where: \.ruledOutEngine) {
            findings += await SlotCheck(settings: settings).findings()
        }
        return findings
    }

    private var configuration: Finding {
        if let file = loader.effectiveFile { return .ok("configuration", "\(file) is valid") }
        return .ok(
            "configuration", "no \(SettingsLoader.defaultFile); defaults, environment and flags")
    }
}

extension Finding {
    /// Whether it says that no engine can be started.
    fileprivate var ruledOutEngine: Bool { verdict == .fail && ["engine", "model"].contains(subject) }
}
