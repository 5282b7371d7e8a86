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
        let waiting = await queue(dispatchers)
        let counted = CountedFamilies(counts: parts.metrics.counts).all
        return PrometheusText.text(of: daemon(state) + waiting + counted + engines(reports))
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
        var prompts = MetricFamily(
            "draftspool_queue_prompts", .gauge, "Prompts that wait, ready to be sent or for their next try.")
        prompts.set(await parts.queue.waiting, MetricLabel("state", "ready"))
        prompts.set(await parts.queue.delayed, MetricLabel("state", "delayed"))
        var running = MetricFamily("draftspool_running_prompts", .gauge, "Prompts at engines.")
        running.set(parts.requests.count)
        var age = MetricFamily(
            "draftspool_queue_oldest_age_seconds", .gauge, "How long the oldest batch that waits has waited.")
        age.set(await parts.queue.oldestAge.inSeconds)
        var expected = MetricFamily(
            "draftspool_queue_expected_seconds", .gauge,
            "Time until all that waits is expected to be done, and the bounds of its 80 % range.")
        if let seconds = await ends.current(of: dispatchers).seconds {
            expected.set(seconds.value, MetricLabel("bound", "expected"))
            expected.set(seconds.low, MetricLabel("bound", "low"))
            expected.set(seconds.high, MetricLabel("bound", "high"))
        }
        return [prompts, running, age, expected]
    }

    private func engines(_ reports: [EngineReport]) -> [MetricFamily] {
        var info = MetricFamily("draftspool_engine_info", .gauge, "What serves; always 1.")
        var slots = MetricFamily("draftspool_slots", .gauge, "Prompts that lanes may work on at once.")
        var busy = MetricFamily("draftspool_busy_slots", .gauge, "Prompts that lanes work on.")
        var breaker = MetricFamily(
            "draftspool_engine_breaker_state", .gauge,
            "1 for the state that an engine's circuit breaker is in: closed, prompts are sent to it; open, they are "
                + "kept; trial, it is to be greeted.")
        var lanes: [LaneLabels: (slots: Int, busy: Int)] = [:]
        for report in reports {
            for lane in report.lanes {
                let engine = lane.engine
                let labels = LaneLabels(
                    engine: report.name,
                    depth: engine.choosesItsDepth ? "none" : "\(engine.setting.depth)",
                    pMin: engine.setting.pMin > 0 ? PrometheusText.number(engine.setting.pMin) : "")
                lanes[labels, default: (0, 0)].slots += engine.slots
                lanes[labels, default: (0, 0)].busy += lane.inFlight
                info.set(
                    1, MetricLabel("engine", report.name), MetricLabel("program", engine.description.name),
                    MetricLabel("version", engine.description.version ?? ""),
                    MetricLabel("model", engine.description.modelName),
                    MetricLabel("quantization", engine.description.quantization ?? ""))
            }
            for device in report.devices {
                for gate in CircuitBreaker.Gate.allCases {
                    breaker.set(
                        gate == device.gate ? 1 : 0, MetricLabel("engine", report.name),
                        MetricLabel("device", device.name), MetricLabel("state", "\(gate)"))
                }
            }
        }
        for (labels, lane) in lanes.sorted(by: { $0.key.order < $1.key.order }) {
            slots.set(lane.slots, labels.engineLabel, labels.depthLabel, labels.pMinLabel)
            busy.set(lane.busy, labels.engineLabel, labels.depthLabel, labels.pMinLabel)
        }
        return [info, slots, busy, breaker]
    }

    /// What lanes are told apart by.
    private struct LaneLabels: Hashable {
        let engine: String
        let depth: String
        let pMin: String

        var order: (String, String, String) { (engine, depth, pMin) }
        var engineLabel: MetricLabel { MetricLabel("engine", engine) }
        var depthLabel: MetricLabel { MetricLabel("depth", depth) }
        var pMinLabel: MetricLabel { MetricLabel("p_min", pMin) }
    }
}
