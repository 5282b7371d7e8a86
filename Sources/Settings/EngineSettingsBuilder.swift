import Foundation

/// Puts the checked values of an engine together: of the section `engine`, or of an entry of `engines`.
struct EngineSettingsBuilder {
    /// Each slot of a managed engine has its share of the memory.
    private static let usualMostSlots = 8
    private static let mostRequests = 128

    private let values: SettingValues

    /// - Parameter entries: the entries of `engines`; where there are none the section is the only engine.
    static func build(
        _ section: SettingValues, entries: [SettingValues]
    ) throws(SettingsError) -> [EngineSettings] {
        guard !entries.isEmpty else { return [try EngineSettingsBuilder(values: section).engine(name: "")] }
        var engines: [EngineSettings] = []
        for entry in entries {
            let engine = try EngineSettingsBuilder(values: entry).namedEngine()
            if engines.contains(where: { $0.name == engine.name }) {
                throw entry.wrong(
                    "engine.name", "'\(engine.name)' is the name of another engine; give each its own")
            }
            engines.append(engine)
        }
        return engines
    }

    private func namedEngine() throws(SettingsError) -> EngineSettings {
        guard values.isOwn("engine.name") else {
            throw values.wrong(
                "engine", "has no name; every engine of the list has one, for records and journal")
        }
        let name = try name()
        let isEndpoint = values.isOwn("engine.endpoint")
        guard isEndpoint || values.isOwn("engine.model") || values.isOwn("engine.server") else {
            throw values.wrong(
                "engine", "'\(name)' is no engine yet; give it an endpoint, or a model and a server")
        }
        guard !isEndpoint || !values.isOwn("engine.model") && !values.isOwn("engine.server") else {
            throw values.wrong(
                "engine.endpoint",
                "is an engine run by others, model and server make one of the daemon's; leave one of them out"
            )
        }
        return try engine(name: name, isManaged: !isEndpoint)
    }

    private func name() throws(SettingsError) -> String {
        let name = try values.text("engine.name")
        let isPlain = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        guard isPlain, (1...64).contains(name.count) else {
            throw values.wrong("engine.name", "takes 1 to 64 letters, digits, '-', '_' and '.'")
        }
        return name
    }

    private func engine(name: String, isManaged: Bool? = nil) throws(SettingsError) -> EngineSettings {
        let reached = try EndpointSettings(values)
        let endpoint = isManaged == true ? "" : reached.address
        let server = try values.text("engine.server")
        guard !server.isEmpty else {
            throw values.wrong("engine.server", "is empty; it names the llama-server program")
        }
        let model = try values.text("engine.model")
        let slots = try values.integerOrAuto("engine.slots", in: 1...256)
        let wantedMost = try values.integerOrAuto("engine.max-slots", in: 1...256)
        let mostSlots =
            wantedMost
            ?? (endpoint.isEmpty ? Self.usualMostSlots : Self.mostRequests)
        return EngineSettings(
            name: name,
            server: server,
            model: model.isEmpty ? "" : SettingUnits.absolute(model),
            slots: slots ?? mostSlots, choosesBusySlots: slots == nil,
            choosesMostSlots: slots == nil && wantedMost == nil,
            devices: try values.list("engine.devices"),
            laneOverlap: try values.choice("engine.lane-overlap", as: LaneOverlapSetting.self),
            residentLanes: try values.integerOrAuto("engine.resident-lanes", in: 1...16),
            contextTokens: try values.integer("engine.context", in: 256...16_777_216),
            extraArguments: try values.list("engine.extra-arguments"),
            startTimeout: try values.duration("engine.start-timeout", atLeast: .seconds(1)),
            stopTimeout: try values.duration("engine.stop-timeout"),
            requestTimeout: try values.duration("engine.request-timeout", atLeast: .seconds(1)),
            stallTimeout: try stallTimeout(),
            endpoint: endpoint,
            depth: try depth(isEndpoint: !endpoint.isEmpty),
            endpointKeyFile: reached.keyFile, endpointHeaders: reached.headers,
            endpointCAFile: reached.authoritiesFile,
            endpointCertificateFile: reached.certificateFile,
            endpointCertificateKeyFile: reached.certificateKeyFile,
            endpointRequestsPerMinute: reached.requestsPerMinute)
    }

    private func stallTimeout() throws(SettingsError) -> Duration {
        let timeout = try values.duration("engine.stall-timeout")
        guard timeout == .zero || timeout >= .milliseconds(100) else {
            throw values.wrong("engine.stall-timeout", "must be at least 100ms, or 0 for never")
        }
        return timeout
    }

    private func depth(isEndpoint: Bool) throws(SettingsError) -> EngineDepth {
        switch try values.text("engine.depth") {
        case "auto": return isEndpoint ? .server : .chosen
        case "per-request": return isEndpoint ? .perRequest : .chosen
        case "engine":
            guard isEndpoint else {
                throw values.wrong(
                    "engine.depth",
                    "engine is for servers run by others; the daemon starts this one: take auto")
            }
            return .server
        default:
            do { return .fixed(try values.integer("engine.depth", in: 0...16)) } catch {
                throw values.wrong("engine.depth", "takes \(SettingKey.Kind.depth.rawValue)")
            }
        }
    }
}
