import Dispatching
import Foundation
import Settings
import Spool

/// The metrics as they are now, for a file or whoever serves them.
struct MetricsPage {
    /// Of more batches only those are looked at whose deadlines are the soonest.
    private static let mostDeadlines = 1000

    let parts: DaemonParts
    let pool: EnginePool?
    let ends: ExpectedEnds
    let settings: Settings
    let startedAt: Date

    /// The page in Prometheus' text format.
    func text(state: SpoolStatus.State) async -> String {
        let dispatchers = await pool?.dispatchers ?? []
        var reports: [EngineReport] = []
        for dispatcher in dispatchers { reports.append(await dispatcher.engineReport) }
        let ready = await parts.queue.waiting
        let expected = await ends.current(of: dispatchers, waiting: ready)
        var families = daemon(state).all
        families += await queue(ready: ready, expected).all
        families += await deadlines(expected)?.all ?? []
        families += await hooks()?.all ?? []
        families += CountedFamilies(counts: parts.metrics.counts).all
        families += EngineFamilies(reports: reports).all
        return PrometheusText.text(of: families, common: service)
    }

    /// What tells a service of this machine from its others: one collector reads the files of all of them.
    private var service: [MetricLabel] {
        settings.instance.name.map { [MetricLabel("service", $0)] } ?? []
    }

    private func daemon(_ state: SpoolStatus.State) -> DaemonFamilies {
        DaemonFamilies(
            version: DraftspoolVersion.current, spool: settings.spool, engines: settings.engines.count,
            startedAt: startedAt, state: state, troubles: parts.troubles)
    }

    private func queue(ready: Int, _ expected: ExpectedEnds.Ends) async -> QueueFamilies {
        QueueFamilies(
            ready: ready, delayed: await parts.queue.delayed, running: parts.requests.count,
            oldestAge: await parts.queue.oldestAge, expected: expected.seconds)
    }

    /// Nil while the ledger cannot be read: there may be some.
    private func deadlines(_ expected: ExpectedEnds.Ends) async -> DeadlineFamilies? {
        let batches = try? await parts.ledger.batchesWithDeadline(limit: Self.mostDeadlines)
        guard let batches else { return nil }
        return DeadlineFamilies(
            prospects: batches.compactMap { batch in
                batch.deadline.map { .init(ofEnd: expected.end(of: batch)?.at, before: $0) }
            })
    }

    /// Nil likewise.
    private func hooks() async -> HookFamilies? {
        do throws(SpoolError) {
            return HookFamilies(
                waiting: try await parts.ledger.hookStatus(), tries: await parts.hooks.tries)
        } catch {
            return nil
        }
    }
}
