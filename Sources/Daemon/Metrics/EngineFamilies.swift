import Dispatching

/// What engines do at present, as metrics.
struct EngineFamilies {
    /// Of those that give way to others of the same name, the newer ones last.
    let reports: [EngineReport]

    /// What lanes are told apart by.
    private struct Lanes: Hashable {
        let engine: String
        let depth: String
        let pMin: String

        init(_ lane: Lane.Report, of engine: String) {
            let setting = lane.engine.setting
            self.engine = engine
            depth = lane.engine.choosesItsDepth ? "none" : "\(setting.depth)"
            pMin = setting.pMin > 0 ? PrometheusText.number(setting.pMin) : ""
        }

        var order: (String, String, String) { (engine, depth, pMin) }
        var engineLabel: MetricLabel { MetricLabel("engine", engine) }
        var depthLabel: MetricLabel { MetricLabel("depth", depth) }
        var pMinLabel: MetricLabel { MetricLabel("p_min", pMin) }
    }

    var all: [MetricFamily] { [info] + lanes + [breakers] }

    private var info: MetricFamily {
        var family = MetricFamily("draftspool_engine_info", .gauge, "What serves; always 1.")
        for report in reports {
            for lane in report.lanes {
                let description = lane.engine.description
                family.set(
                    1, MetricLabel("engine", report.name), MetricLabel("program", description.name),
                    MetricLabel("version", description.version ?? ""),
                    MetricLabel("model", description.modelName),
                    MetricLabel("quantization", description.quantization ?? ""))
            }
        }
        return family
    }

    private var lanes: [MetricFamily] {
        var slots: [Lanes: Int] = [:]
        var busy: [Lanes: Int] = [:]
        for report in reports {
            for lane in report.lanes {
                let labels = Lanes(lane, of: report.name)
                slots[labels, default: 0] += lane.slots
                busy[labels, default: 0] += lane.inFlight
            }
        }
        var slotFamily = MetricFamily("draftspool_slots", .gauge, "Prompts that lanes may work on at once.")
        var busyFamily = MetricFamily("draftspool_busy_slots", .gauge, "Prompts that lanes work on.")
        for labels in slots.keys.sorted(by: { $0.order < $1.order }) {
            slotFamily.set(slots[labels] ?? 0, labels.engineLabel, labels.depthLabel, labels.pMinLabel)
            busyFamily.set(busy[labels] ?? 0, labels.engineLabel, labels.depthLabel, labels.pMinLabel)
        }
        return [slotFamily, busyFamily]
    }

    private var breakers: MetricFamily {
        var family = MetricFamily(
            "draftspool_engine_breaker_state", .gauge,
            "1 for the state that an engine's circuit breaker is in: closed, prompts are sent to it; open, they are "
                + "kept; trial, it is to be greeted.")
        for report in reports {
            for device in report.devices {
                for gate in CircuitBreaker.Gate.allCases {
                    family.set(
                        gate == device.gate ? 1 : 0, MetricLabel("engine", report.name),
                        MetricLabel("device", device.name), MetricLabel("state", "\(gate)"))
                }
            }
        }
        return family
    }
}
