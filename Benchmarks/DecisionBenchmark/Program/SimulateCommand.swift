import ArgumentParser
import DecisionSimulation
import EngineSimulation
import Foundation
import JSON
import Speculation
import Workload

/// The figures of `make bench-decision` that come from simulated engines; the last line is one JSON object.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Compares the daemon's decisions with other ways.")

    @Option(help: "The directory of profiles and prompt groups.")
    var data = "docs/data/simulator"

    @Option(help: "Prompts of the batches on measured profiles.")
    var prompts = 1000

    @Option(help: "Batches of each kind.")
    var seeds = 3

    @Option(help: "Drawn engines.")
    var engines = 500

    @Option(help: "Prompts of the batches on drawn engines.")
    var drawnPrompts = 500

    @Option(help: "The seed of the first drawn engine.")
    var firstSeed: UInt64 = 0

    @Option(help: "Seconds after which no drawn engine is begun any more; the object says how many were.")
    var within = 300

    private static let slots = [1, 4, 16]

    func run() async throws {
        var figures = JSONObject()
        var detail = JSONObject()
        let large = try trials(of: "h200-27b-q4k")
        try await addMixed(large, to: &figures, &detail)
        try await addPerRequest(large, to: &figures, &detail)
        try await addOneWorkload(large, to: &figures, &detail)
        try await addAutoSlots(large, to: &figures)
        try await addDrawn(to: &figures, &detail)
        figures["detail"] = .object(detail)
        Lines.result(JSON.object(figures).text)
    }

    private func trials(of profile: String) throws -> ProfileTrials {
        func bytes(_ name: String) throws -> [UInt8] {
            [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(data)/\(name).json")))
        }
        return ProfileTrials(
            profile: try EngineProfile(parsing: try bytes(profile)),
            groups: HiddenGroup.all(in: try HiddenPrompts(parsing: try bytes("prompt-groups"))),
            prompts: prompts)
    }

    // MARK: A mixed load

    private func addMixed(
        _ trials: ProfileTrials, to figures: inout JSONObject, _ detail: inout JSONObject
    ) async throws {
        let places = places(Self.slots)
        let results = try await Parallel.map(places) { try trials.mixed(slots: $0.slots, seed: $0.seed) }
        let bySlots = Dictionary(grouping: zip(places, results)) { $0.0.slots }.mapValues { pairs in
            pairs.map { $0.1 }
        }
        figures["sim_vs_best_fixed"] = Self.each(bySlots) { $0.map(\.byBestFixed).median }
        figures["sim_vs_depth3"] = Self.number(Self.mean(bySlots) { $0.policy / $0.depth3 })
        figures["sim_vs_off"] = Self.number(Self.mean(bySlots) { $0.policy / $0.off })
        detail["all_knowing_vs_best_fixed"] = Self.each(bySlots) {
            $0.map { $0.allKnowing / $0.bestFixed }.median
        }
        detail["calibrate_once_vs_best_fixed"] = Self.each(bySlots) {
            $0.map { $0.calibrated / $0.bestFixed }.median
        }
        detail["without_classifier_vs_best_fixed"] = Self.each(bySlots) {
            $0.map { $0.ungrouped / $0.bestFixed }.median
        }
        detail["first_look_share"] = Self.each(bySlots) { $0.map(\.firstLookShare).median }
        figures["prediction_error"] = Self.number(results.flatMap(\.predictionErrors).median)
        for (slots, trials) in bySlots.sorted(by: { $0.key < $1.key }) {
            for trial in trials {
                Lines.progress(
                    "  \(slots) slots: policy \(Int(trial.policy)) s, off \(Int(trial.off)), depth 3 "
                        + "\(Int(trial.depth3)), best \(trial.bestSetting.label) \(Int(trial.bestFixed)), "
                        + "calibrated \(Int(trial.calibrated)), no classifier \(Int(trial.ungrouped)), "
                        + "all-knowing \(Int(trial.allKnowing)); \(trial.changes) changes")
            }
        }
        var known = trials
        known.deviceKind = .gpu
        let withPrior = try await Parallel.map(Self.slots) { [known] in
            try known.mixed(slots: $0, seed: 1).byBestFixed
        }
        detail["with_the_gpu_prior_vs_best_fixed"] = Self.number(withPrior.mean)
    }

    // MARK: Others

    private func addPerRequest(
        _ trials: ProfileTrials, to figures: inout JSONObject, _ detail: inout JSONObject
    ) async throws {
        let large = try await Parallel.map(places(Self.slots)) {
            try trials.mixed(slots: $0.slots, seed: $0.seed, choosesDepth: true).byBestFixed
        }
        let own = try self.trials(of: "ik-processor")
        let small = try await Parallel.map(places([1])) {
            try own.mixed(slots: $0.slots, seed: $0.seed, choosesDepth: true).byBestFixed
        }
        figures["sim_per_request_vs_best_fixed"] = Self.number((large + small).mean)
        detail["per_request_ik_processor"] = Self.number(small.mean)
    }

    private func addOneWorkload(
        _ trials: ProfileTrials, to figures: inout JSONObject, _ detail: inout JSONObject
    ) async throws {
        let places = Workload.allCases.flatMap { workload in Self.slots.map { (workload, $0) } }
        let ratios = try await Parallel.map(places) {
            try trials.oneWorkload($0.0, slots: $0.1, seed: 1)
        }
        figures["sim_one_workload"] = Self.number(ratios.median)
        detail["one_workload_worst"] = Self.number(ratios.max() ?? .nan)
        for (place, ratio) in zip(places, ratios) {
            Lines.progress("  only \(place.0.rawValue), \(place.1) slots: \(Lines.text(ratio))")
        }
    }

    private func addAutoSlots(_ trials: ProfileTrials, to figures: inout JSONObject) async throws {
        let ratios = try await Parallel.map(places([16])) {
            try trials.autoSlots(upTo: $0.slots, seed: $0.seed)
        }
        figures["sim_auto_slots"] = Self.number(ratios.median)
        Lines.progress("  slots: auto \(ratios.map(Lines.text).joined(separator: ", "))")
    }

    private func addDrawn(to figures: inout JSONObject, _ detail: inout JSONObject) async throws {
        let drawn = DrawnTrial(prompts: drawnPrompts)
        let results = try await Parallel.map(
            (0..<UInt64(engines)).map { firstSeed + $0 }, until: ContinuousClock.now + .seconds(within)
        ) { try drawn.run(seed: $0) }
        let ratios = results.map(\.byBetter)
        let beyond = ratios.count { $0 > 1.05 }
        figures["beyond_5_percent"] = Self.number(Double(beyond) / Double(max(1, ratios.count)))
        detail["drawn_engines"] = JSON(ratios.count)
        detail["drawn_vs_better_median"] = Self.number(ratios.median)
        detail["drawn_vs_better_p95"] = Self.number(ratios.quantile(0.95))
        detail["drawn_prediction_error"] = Self.number(results.flatMap(\.predictionErrors).median)
        Lines.progress(
            "  \(ratios.count) drawn engines: \(Lines.text(ratios.median)) in the median, "
                + "\(Lines.text(ratios.quantile(0.95))) at the 95th percentile; \(beyond) beyond 5 %")
    }

    // MARK: Figures

    private struct Place: Sendable {
        let slots: Int
        let seed: UInt64
    }

    private func places(_ slots: [Int]) -> [Place] {
        slots.flatMap { slots in (1...UInt64(max(1, seeds))).map { Place(slots: slots, seed: $0) } }
    }

    private static func number(_ value: Double) -> JSON { JSON(rounding: value, decimals: 3) }

    private static func each(_ trials: [Int: [Trial]], _ figure: ([Trial]) -> Double) -> JSON {
        .object(JSONObject(trials.sorted { $0.key < $1.key }.map { ("\($0.key)", number(figure($0.value))) }))
    }

    private static func mean(_ trials: [Int: [Trial]], _ figure: (Trial) -> Double) -> Double {
        trials.values.map { $0.map(figure).median }.mean
    }
}
