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
        findings += settings.remarks.map { .warn("configuration", $0, remedy: "remove it") }
        findings += ClassifierCheck(settings: settings).findings()
        findings += SpoolCheck(settings: settings).findings()
        findings += DirectoryCheck(settings: settings).findings()
        findings += await DaemonCheck(settings: settings).findings()
        findings += WebCheck(settings: settings).findings()
        for engine in settings.engines {
            let own = settings.with(engine: engine)
            var found =
                engine.endpoint.isEmpty
                ? await ManagedEngineCheck(settings: own).findings()
                : await EndpointCheck(settings: engine).findings()
            if startsEngine, engine.endpoint.isEmpty, !found.contains(where: \.ruledOutEngine) {
                found += await SlotCheck(settings: own).findings()
            }
            findings += found.map { $0.of(engine.name) }
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
