import Foundation
import PromptBatch

/// When an engine worked at a setting, from the records of the prompts.
struct WorkSpans {
    /// How finely time is looked at: what is closer together is one span.
    static let steps = 1000.0

    let engine: String
    let setting: ReportSetting
    /// From the first prompt's start to the last one's end, disjoint and in order.
    private(set) var spans: [Span] = []
    private(set) var prompts = 0
    private(set) var tokens = 0

    struct Span: Equatable {
        let start: Date
        var end: Date
    }

    /// By engine, then by setting.
    static func of(_ records: [TimingRecord]) -> [WorkSpans] {
        guard let start = records.map(\.startedAt).min(), let end = records.map(\.finishedAt).max() else {
            return []
        }
        let step = end.timeIntervalSince(start) / steps
        let groups = Dictionary(grouping: records) { record in
            Key(engine: record.engine.id ?? record.engine.name, setting: ReportSetting(record.decision))
        }
        return groups.sorted { $0.key < $1.key }.map { key, records in
            WorkSpans(key, records: records, step: step)
        }
    }

    private struct Key: Hashable, Comparable {
        let engine: String
        let setting: ReportSetting

        static func < (left: Key, right: Key) -> Bool {
            (left.engine, left.setting) < (right.engine, right.setting)
        }
    }

    private init(_ key: Key, records: [TimingRecord], step: TimeInterval) {
        engine = key.engine
        setting = key.setting
        for record in records.sorted(by: { $0.startedAt < $1.startedAt }) {
            add(Span(start: record.startedAt, end: max(record.startedAt, record.finishedAt)), step: step)
            prompts += 1
            tokens += record.tokens.generated ?? 0
        }
    }

    private mutating func add(_ span: Span, step: TimeInterval) {
        guard let last = spans.last, span.start.timeIntervalSince(last.end) <= step else {
            return spans.append(span)
        }
        spans[spans.count - 1].end = max(last.end, span.end)
    }
}
