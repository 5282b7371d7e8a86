import ArgumentParser
import Foundation
import Settings
import Speculation
import Testing

@testable import Calibration

/// The line is read by the daemon's own loader.
struct RecommendedConfigurationTests {
    private let one = Samples.engine(server: "/opt/ik llama/bin: new/llama-server", name: "ik")
    private let many = Samples.engine(
        server: "/opt/ik llama/bin: new/llama-server", name: "ik", slots: 4, canDraft: false)

    private func line(
        _ setting: SweepSetting..., on engine: SweptEngine, among engines: [SweptEngine],
        configured: Settings
    ) -> String {
        let choices = zip(Samples.plan().workloads, setting + setting).map {
            Contender.Choice(workload: $0, setting: $1)
        }
        let contender = Contender(engine: 0, choices: choices)
        let entry = EngineComparison.Entry(
            contender: contender, engine: engine, rounds: [], tokensPerSecond: 1, seconds: 1)
        return RecommendedConfiguration(entry: entry, engines: engines, configured: configured.speculation)
            .line
    }

    private func settings(_ text: String) async throws -> Settings {
        let file = "/tmp/draftspool-line-\(UInt32.random(in: 0 ... .max)).yaml"
        try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: file))
        defer { unlink(file) }
        return try await SettingsOptions.parse(["--config", file]).loader().load()
    }

    @Test func theUsualLineNamesProgramAndSlots() async throws {
        let configured = try await settings("")
        let plain = Samples.engine(server: "/opt/llama-server", name: "a", slots: 2)
        let text = line(Samples.depth3, on: plain, among: [plain], configured: configured)
        #expect(text == "engine: {server: /opt/llama-server, slots: 2}")
        let read = try await settings(text)
        #expect(read.engine.server == "/opt/llama-server" && read.engine.slots == 2)
    }

    @Test func pathsOfAnyKindAreReadBackAsTheyAre() async throws {
        let configured = try await settings("")
        let read = try await settings(line(.off, on: one, among: [one], configured: configured))
        #expect(read.engine.server == one.server && read.speculation == configured.speculation)
    }

    @Test func slotsWithoutDraftsNeedThemTurnedOff() async throws {
        let text = line(.off, on: many, among: [one, many], configured: try await settings(""))
        let read = try await settings(text)
        #expect(read.engine.slots == 4 && read.speculation.maximumDepth == 0)
    }

    @Test func whatTheConfigurationForbidsIsAllowed() async throws {
        let deep = SweepSetting(DraftSetting(depth: 8, pMin: 0.5))
        let text = line(deep, on: one, among: [one], configured: try await settings(""))
        let read = try await settings(text)
        #expect(read.speculation.maximumDepth == 8 && read.speculation.draftProbabilities == [0.5])

        let fixed = try await settings("speculation: {depth: 2, p-min: 0}")
        let other = try await settings(line(Samples.depth3, on: one, among: [one], configured: fixed))
        #expect(other.speculation.fixedDepth == 3)
        let mixed = try await settings(
            line(Samples.cautious, .off, on: one, among: [one], configured: fixed))
        #expect(mixed.speculation.fixedDepth == nil && mixed.speculation.draftProbabilities.contains(0.75))
    }

    @Test func theModelIsNamedWhereSeveralWereMeasured() async throws {
        var other = one
        other.modelPath = "/models/b.gguf"
        let read = try await settings(
            line(.off, on: other, among: [one, other], configured: try await settings("")))
        #expect(read.engine.model == "/models/b.gguf")
    }
}
