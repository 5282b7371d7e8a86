import Foundation
import JSON
import PromptBatch
import Spool

/// The daemon's status as it is shown.
struct StatusView: Sendable {
    let spool: String
    /// What systemctl calls the daemon.
    let unit: String
    let status: SpoolStatus?
    let presence: DaemonPresence
    /// Files in `incoming/`; nil if they may not be listed.
    let waiting: [String]?

    /// The status file's object with `alive` and `incoming` added; only these two if there is no status.
    ///
    /// - Throws: `EncodingError`, which a status that was decoded does not cause.
    func json() throws -> JSON {
        var object = JSONObject()
        if let status {
            let encoder = JSONEncoder()
            encoder.dateEncodingStrategy = .iso8601
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            object = try JSON.parse(try encoder.encode(status)).objectValue ?? object
        }
        object["alive"] = .bool(presence.isRunning)
        object["incoming"] = waiting.map { .array($0.map(JSON.string)) } ?? .null
        return .object(object)
    }

    func lines(for terminal: Terminal) -> [String] {
        var lines = [daemonLine(terminal)]
        if let status, presence.isRunning {
            lines += runningLines(status)
        }
        if let waiting, !waiting.isEmpty {
            let shown = waiting.prefix(5).map { PlainText.singleLine($0) }.joined(separator: ", ")
            let more = waiting.count > 5 ? ", and \(waiting.count - 5) more" : ""
            lines.append("incoming  \(FigureText.count(waiting.count, "file")): \(shown)\(more)")
        }
        if !presence.isRunning {
            lines.append("start it with: systemctl start \(unit) (or draftspoold --spool \(spool))")
        }
        if let batches = status?.batches, !batches.isEmpty {
            lines.append("")
            lines += table(batches).lines(for: terminal)
        }
        return lines
    }

    private func daemonLine(_ terminal: Terminal) -> String {
        guard let status, presence.isRunning else {
            return "daemon    " + terminal.styled(presence.complaint ?? "", .red)
        }
        let style: Terminal.Style =
            switch status.state {
            case .ready: .green
            case .starting, .draining: .yellow
            case .blocked, .stopped: .red
            }
        let words = terminal.styled(status.state.rawValue, style)
        return "daemon    \(words), version \(status.version), process \(status.processID)"
    }

    private func runningLines(_ status: SpoolStatus) -> [String] {
        var lines: [String] = []
        if status.state == .blocked { lines.append("blocked   \(status.message)") }
        for lane in status.lanes {
            lines.append(
                "lane      \(lane.engineID.map { $0 + ": " } ?? "")\(Self.label(lane.depth, lane.pMin, lane.usesNgrams)), \(lane.busySlots) of \(lane.slots) slots busy, "
                    + "\(lane.engine.trimmingCharacters(in: .whitespaces)), \(lane.model)")
        }
        if status.lanes.isEmpty { lines.append("lane      none") }
        // What keeps all of them from working is in the message.
        for trouble in status.engineTroubles ?? [] where status.state != .blocked {
            let name = trouble.engineID.map { $0 + ": " } ?? ""
            lines.append("missing   \(name)\(PlainText.singleLine(trouble.reason))")
        }
        if let waiting = status.waitingEngines, !waiting.isEmpty {
            let settings = waiting.map { Self.label($0.depth, $0.pMin, $0.usesNgrams) }
            lines.append("          in memory, to be gone back to: " + settings.joined(separator: "; "))
        }
        for failed in status.failedSettings ?? [] {
            lines.append(
                "          no engine starts at \(Self.label(failed.depth, failed.pMin, failed.usesNgrams)), "
                    + "\(failed.starts) tried: \(PlainText.singleLine(failed.reason))")
        }
        let speed = status.tokensPerSecond.map { ", \(FigureText.rate($0)) tok/s" } ?? ""
        lines.append(
            "queue     \(status.queued) waiting, \(status.running) running, \(status.answered) answered, "
                + "\(status.failed) failed\(speed)")
        if let end = status.expectedEnd { lines.append("expected  all of it done by \(FigureText.end(end))") }
        if let hooks = status.hooks { lines.append(Self.line(hooks)) }
        return lines
    }

    private static func line(_ hooks: SpoolStatus.Hooks) -> String {
        let failing = hooks.failing > 0 ? ", \(hooks.failing) tried in vain" : ""
        let reason = hooks.error.map { ": " + PlainText.singleLine($0) } ?? ""
        return "hooks     \(hooks.waiting) finished \(hooks.waiting == 1 ? "batch" : "batches") to be told of"
            + failing + reason
    }

    private static func label(_ depth: Int, _ pMin: Double, _ usesNgrams: Bool?) -> String {
        let threshold = depth > 0 && pMin > 0 ? ", p-min \(FigureText.share(pMin))" : ""
        return (depth > 0 ? "depth \(depth)" : "MTP off") + threshold
            + (usesNgrams == true ? ", n-grams" : "")
    }

    private func table(_ batches: [SpoolStatus.Batch]) -> TextTable {
        var table = TextTable([
            .init(title: "batch", minimumWidth: 12), .init(title: "state"),
            .init(title: "done", alignment: .right), .init(title: "failed", alignment: .right),
            .init(title: "expected end"), .init(title: "output", minimumWidth: 20),
        ])
        for batch in batches {
            let done = batch.answered + batch.failed
            table.rows.append([
                .init(PlainText.singleLine(batch.name)),
                .init(Self.state(batch), style: Self.style(batch)),
                .init("\(done)/\(batch.prompts)"),
                .init(Self.failed(batch), style: batch.failed > 0 ? .red : nil),
                .init(expectedEnd(of: batch)), .init(PlainText.singleLine(batch.outputDirectory ?? "")),
            ])
        }
        return table
    }

    /// `running until 2026-11-24T18:00:00Z`, if that is the soonest deadline of what waits.
    private static func state(_ batch: SpoolStatus.Batch) -> String {
        batch.state.rawValue + (batch.deadline.map { " until \($0.formatted(.iso8601))" } ?? "")
    }

    private static func failed(_ batch: SpoolStatus.Batch) -> String {
        guard let expired = batch.expired, expired > 0 else { return "\(batch.failed)" }
        return "\(batch.failed) (\(expired) expired)"
    }

    private func expectedEnd(of batch: SpoolStatus.Batch) -> String {
        guard presence.isRunning, let end = batch.expectedEnd else { return "" }
        return FigureText.end(end)
    }

    private static func style(_ batch: SpoolStatus.Batch) -> Terminal.Style? {
        switch batch.state {
        case .done: batch.failed > 0 ? .yellow : .green
        case .failed: .red
        case .ingesting, .running, .publishing: nil
        }
    }
}

extension StatusView {
    /// The status as it is now.
    ///
    /// - Throws: `SpoolError` if it cannot be read.
    init(of access: SpoolAccess, unit: String) throws(SpoolError) {
        let status = try SpoolStatus.read(from: access.layout)
        self.init(
            spool: access.layout.root, unit: unit, status: status, presence: access.presence(of: status),
            waiting: access.waitingFiles())
    }
}
