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
        var families = daemon(state)
        families += await queue(dispatchers)
        families += CountedFamilies(counts: parts.metrics.counts).all
        families += EngineFamilies(reports: reports).all
        return PrometheusText.text(of: families, common: service)
    }

    /// What tells a service of this machine from its others: one collector reads the files of all of them.
    private var service: [MetricLabel] {
        settings.instance.name.map { [MetricLabel("service", $0)] } ?? []
    }

    private func daemon(_ state: SpoolStatus.State) -> [MetricFamily] {
        var build = MetricFamily("draftspool_build_info", .gauge, "The daemon's version; always 1.")
        build.set(1, MetricLabel("version", DraftspoolVersion.current))
        var configuration = MetricFamily(
            "draftspool_config_info", .gauge, "What is configured; always 1.")
        configuration.set(
            1, MetricLabel("spool", settings.spool), MetricLabel("engines", "\(settings.engines.count)"))
        var start = MetricFamily(
            "draftspool_start_time_seconds", .gauge, "When the daemon started, seconds since 1970.")
        start.set(startedAt.timeIntervalSince1970.rounded())
        var states = MetricFamily(
            "draftspool_state", .gauge, "1 for the state that the daemon is in, 0 for the others.")
        for other in SpoolStatus.State.allCases {
            states.set(other == state ? 1 : 0, MetricLabel("state", other.rawValue))
        }
        var troubles = MetricFamily(
            "draftspool_trouble", .gauge, "1 for each part of the daemon that cannot work at present.")
        for source in Troubles.Source.allCases {
            troubles.set(parts.troubles.has(source) ? 1 : 0, MetricLabel("part", "\(source)"))
        }
        return [build, configuration, start, states, troubles]
    }

    private func queue(_ dispatchers: [Dispatcher]) async -> [MetricFamily] {
        let ready = await parts.queue.waiting
        let delayed = await parts.queue.delayed
        let oldestAge = await parts.queue.oldestAge
        let expected = await ends.current(of: dispatchers, waiting: ready).seconds
        var prompts = MetricFamily(
            "draftspool_queue_prompts", .gauge, "Prompts that wait, ready to be sent or for their next try.")
        prompts.set(ready, MetricLabel("state", "ready"))
        prompts.set(delayed, MetricLabel("state", "delayed"))
        var running = MetricFamily("draftspool_running_prompts", .gauge, "Prompts at engines.")
        running.set(parts.requests.count)
        var age = MetricFamily(
            "draftspool_queue_oldest_age_seconds", .gauge, "How long the oldest batch that waits has waited.")
        age.set(oldestAge.inSeconds)
        var end = MetricFamily(
            "draftspool_queue_expected_seconds", .gauge,
            "Time until all that waits is expected to be done.")
        var low = MetricFamily(
            "draftspool_queue_expected_low_seconds", .gauge, "The lower bound of that time's 80 % range.")
        var high = MetricFamily(
            "draftspool_queue_expected_high_seconds", .gauge, "The upper bound of that time's 80 % range.")
        if let expected {
            end.set(expected.value)
            low.set(expected.low)
            high.set(expected.high)
        }
        return [prompts, running, age, end, low, high]
    }
}
