import Workload

/// What was counted, as metrics.
struct CountedFamilies {
    let counts: DaemonMetrics.Counts

    var all: [MetricFamily] { prompts + [predictions] + engines }

    private var prompts: [MetricFamily] {
        var outcomes = MetricFamily(
            "draftspool_prompts_total", .counter, "Prompts that ended, by outcome, workload and draft depth.")
        for (labels, count) in counts.outcomes.sorted(by: { Self.key($0.key) < Self.key($1.key) }) {
            outcomes.set(
                count, MetricLabel("outcome", labels.outcome.rawValue), Self.workload(labels.prompt),
                Self.depth(labels.prompt))
        }
        var speed = MetricFamily(
            "draftspool_generation_speed_tokens_per_second", .histogram,
            "Tokens a second of single answers while they were generated.")
        var acceptance = MetricFamily(
            "draftspool_draft_acceptance_ratio", .histogram,
            "Accepted by drafted tokens of single answers that were drafted for.")
        let work = counts.work.sorted { Self.key($0.key) < Self.key($1.key) }
        for (labels, work) in work {
            if work.speed.count > 0 { speed.set(work.speed, Self.workload(labels), Self.depth(labels)) }
            if work.acceptance.count > 0 {
                acceptance.set(work.acceptance, Self.workload(labels), Self.depth(labels))
            }
        }
        let tokens: [(name: String, help: String, count: (DaemonMetrics.Work) -> Int)] = [
            ("prompt", "Tokens of answered prompts.", { $0.promptTokens }),
            ("cached", "Tokens of answered prompts that the engine had in its cache.", { $0.cachedTokens }),
            ("generated", "Tokens of answers.", { $0.generatedTokens }),
            ("drafted", "Tokens drafted for answers.", { $0.draftedTokens }),
            ("accepted", "Drafted tokens that were accepted.", { $0.acceptedTokens }),
        ]
        let families = tokens.map { kind in
            var family = MetricFamily("draftspool_\(kind.name)_tokens_total", .counter, kind.help)
            for (labels, work) in work {
                family.set(kind.count(work), Self.workload(labels), Self.depth(labels))
            }
            return family
        }
        return [outcomes] + families + [speed, acceptance]
    }

    private var predictions: MetricFamily {
        var family = MetricFamily(
            "draftspool_speed_prediction_ratio", .histogram,
            "Predicted by measured tokens a second of single answers, by what the decision rested on.")
        for (source, histogram) in counts.predictions.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            family.set(histogram, MetricLabel("source", source.rawValue))
        }
        return family
    }

    private var engines: [MetricFamily] {
        let events: [(name: String, help: String, value: (DaemonMetrics.EngineEvents) -> Double)] = [
            (
                "engine_starts_total", "Engines that were started, or reached, and answered.",
                { Double($0.starts) }
            ),
            (
                "engine_start_seconds_total", "Time from the start of engines to their first answer.",
                { $0.startSeconds }
            ),
            ("engine_start_failures_total", "Engines that did not start.", { Double($0.failedStarts) }),
            (
                "engine_losses_total", "Engines that ended or fell silent while they served.",
                { Double($0.losses) }
            ),
            ("lane_changes_total", "Changes to a lane at another draft setting.", { Double($0.laneChanges) }),
            (
                "lane_change_seconds_total", "Time in which no slot worked, for a change of lanes.",
                { $0.laneChangeSeconds }
            ),
        ]
        let sorted = counts.engines.sorted { $0.key < $1.key }
        return events.map { event in
            var family = MetricFamily("draftspool_\(event.name)", .counter, event.help)
            for (engine, events) in sorted { family.set(event.value(events), MetricLabel("engine", engine)) }
            return family
        }
    }

    private static func workload(_ labels: DaemonMetrics.PromptLabels) -> MetricLabel {
        MetricLabel("workload", labels.workload.rawValue)
    }

    private static func depth(_ labels: DaemonMetrics.PromptLabels) -> MetricLabel {
        MetricLabel("depth", labels.depth.map(String.init) ?? "none")
    }

    private static func key(_ labels: DaemonMetrics.PromptLabels) -> (String, Int) {
        (labels.workload.rawValue, labels.depth ?? -1)
    }

    private static func key(_ labels: DaemonMetrics.OutcomeLabels) -> (String, String, Int) {
        (labels.outcome.rawValue, labels.prompt.workload.rawValue, labels.prompt.depth ?? -1)
    }
}
