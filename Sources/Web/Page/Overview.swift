import Foundation
import Markup
import PromptBatch
import Speculation
import Spool

/// What the overview shows, in the words that stand there.
struct Overview: Sendable {
    /// A table that has rows.
    struct Table<Row: Sendable>: Sendable {
        let rows: [Row]
        /// Whether there are more than are shown.
        let onlySome: Bool

        /// - Returns: Nil without a row.
        init?(_ rows: [Row], onlySome: Bool = false) {
            guard !rows.isEmpty else { return nil }
            self.rows = rows
            self.onlySome = onlySome
        }
    }

    struct BatchRow: Sendable, Equatable {
        let id: String
        let name: String
        let batchState: String
        let done: Int
        let total: Int
        let greatest: Int
        let successes: Int
        let failures: String
        let expected: String
        let output: String
    }

    struct LaneRow: Sendable {
        let engine: String
        let setting: String
        let slots: String
        let model: String
    }

    struct SpeedRow: Sendable {
        let workload: String
        let depth: String
        let answers: Int
        let speed: String
        /// As markup.
        let bar: String
    }

    struct LaneStartRow: Sendable {
        let from: String
        let engine: String
        let setting: String
        let slots: Int
    }

    /// As many open batches as a status has at most.
    private static let mostOpenBatches = 100

    let news: String
    let state: String
    let message: String?
    let waiting: Int
    let running: Int
    let answered: Int
    let failed: Int
    let totalSpeed: String?
    let end: String?
    let hooks: String?
    let openBatches: Table<BatchRow>?
    let finishedBatches: Table<BatchRow>?
    let runningLanes: Table<LaneRow>?
    let troubles: [String]
    let speedTable: Table<SpeedRow>?
    let laneStarts: Table<LaneStartRow>?

    /// - Parameter status: nil while the daemon has not written one.
    init(_ status: SpoolStatus?) {
        let status = status ?? SpoolStatus(state: .starting, message: "", version: "")
        state = status.state.rawValue
        message = status.state == .blocked ? status.message : nil
        waiting = status.queued
        running = status.running
        answered = status.answered
        failed = status.failed
        totalSpeed = status.tokensPerSecond.map { FigureText.rate($0) }
        end = status.expectedEnd.map(FigureText.end)
        hooks = status.hooks.map(Self.text)
        let open = status.batches.filter(\.state.isOpen)
        let finished = status.batches.filter { !$0.state.isOpen }
        openBatches = Table(open.map(Self.row), onlySome: open.count >= Self.mostOpenBatches)
        finishedBatches = Table(finished.map(Self.row))
        runningLanes = Table(status.lanes.map(Self.row))
        // What keeps all engines from working is in the message.
        troubles =
            (status.state == .blocked ? [] : (status.engineTroubles ?? []).map(Self.text))
            + (status.failedSettings ?? []).map(Self.text)
        let speeds = status.speeds ?? []
        let scale = ChartScale(
            reaching: speeds.map { $0.mean + ($0.deviation ?? 0) }.max() ?? 1, length: SpeedBar.width)
        speedTable = Table(speeds.map { Self.row($0, scale) })
        laneStarts = Table((status.laneStarts ?? []).map(Self.row))
        let last = finished.first.map { "; \($0.name) has ended" } ?? ""
        news = "\(status.state.rawValue); \(open.count) open \(open.count == 1 ? "batch" : "batches")\(last)"
    }

    /// What is shown of a batch; nil if it is not among those that are.
    func row(of batch: String) -> BatchRow? {
        (openBatches?.rows ?? []).first { $0.id == batch } ?? finishedBatches?.rows.first { $0.id == batch }
    }

    private static func row(_ batch: SpoolStatus.Batch) -> BatchRow {
        let until = batch.deadline.map { " until \(FigureText.moment($0))" } ?? ""
        let expired = batch.expired ?? 0
        return BatchRow(
            id: batch.id, name: batch.name, batchState: batch.state.rawValue + until,
            done: batch.answered + batch.failed, total: batch.prompts, greatest: max(1, batch.prompts),
            successes: batch.answered,
            failures: expired > 0 ? "\(batch.failed) (\(expired) expired)" : "\(batch.failed)",
            expected: batch.expectedEnd.map(FigureText.end) ?? "", output: batch.outputDirectory ?? "")
    }

    private static func row(_ lane: SpoolStatus.Lane) -> LaneRow {
        LaneRow(
            engine: engine(lane.engineID, lane.engine),
            setting: setting(lane.depth, lane.pMin, lane.usesNgrams == true),
            slots: "\(lane.busySlots) of \(lane.slots)", model: ModelRoutes.name(of: lane.model))
    }

    private static func row(_ speed: SpoolStatus.Speed, _ scale: ChartScale) -> SpeedRow {
        let spread = speed.deviation.map { " ± \(FigureText.rate($0))" } ?? ""
        let text = FigureText.rate(speed.mean) + spread
        return SpeedRow(
            workload: speed.workload, depth: depth(speed.depth), answers: speed.answers, speed: text,
            bar: SpeedBar(mean: speed.mean, deviation: speed.deviation, label: text, scale: scale).markup)
    }

    private static func row(_ start: SpoolStatus.LaneStart) -> LaneStartRow {
        LaneStartRow(
            from: FigureText.moment(start.at), engine: engine(start.engineID, start.engine),
            setting: setting(start.depth, start.pMin, start.usesNgrams), slots: start.slots)
    }

    /// The only engine has no name but what it is.
    private static func engine(_ name: String?, _ program: String?) -> String {
        [name, program?.trimmingCharacters(in: .whitespaces)].compactMap(\.self).joined(separator: ": ")
    }

    /// `3`, `off`, or that a server decides.
    static func depth(_ depth: Int?) -> String {
        depth.map { $0 == 0 ? "off" : "\($0)" } ?? "the server's"
    }

    private static func setting(_ depth: Int, _ pMin: Double, _ usesNgrams: Bool) -> String {
        DraftSetting(depth: depth, pMin: pMin, usesNgrams: usesNgrams).label
    }

    private static func text(_ trouble: SpoolStatus.EngineTrouble) -> String {
        "\(trouble.engineID ?? "The engine") takes no prompts: \(trouble.reason)"
    }

    private static func text(_ failed: SpoolStatus.FailedSetting) -> String {
        "No engine starts at \(setting(failed.depth, failed.pMin, failed.usesNgrams)), \(failed.starts) tried: "
            + failed.reason
    }

    private static func text(_ hooks: SpoolStatus.Hooks) -> String {
        let failing = hooks.failing > 0 ? ", \(hooks.failing) tried in vain" : ""
        return "Finished batches that somebody is still to be told of: \(hooks.waiting)\(failing)"
            + (hooks.error.map { ": \($0)" } ?? "")
    }
}
