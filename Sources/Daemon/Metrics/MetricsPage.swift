import Dispatching
import Foundation
import Settings
import Spool

/// The metrics as they are now, for a file or whoever serves them.
struct MetricsPage {
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
        var families = daemon(state).all
        families += await queue(dispatchers).all
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

    private func queue(_ dispatchers: [Dispatcher]) async -> QueueFamilies {
        let ready = await parts.queue.waiting
        return QueueFamilies(
            ready: ready, delayed: await parts.queue.delayed, running: parts.requests.count,
            oldestAge: await parts.queue.oldestAge,
            expected: await ends.current(of: dispatchers, waiting: ready).seconds)
    }
}
