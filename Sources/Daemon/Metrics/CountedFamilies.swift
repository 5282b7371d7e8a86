import Dispatching
import Workload

/// What was counted, as metrics.
struct CountedFamilies {
    let counts: DaemonMetrics.Counts

    var all: [MetricFamily] { [outcomes] + tokens + [speeds, acceptances, predictions] + engines }

    // MARK: Prompts

    private var outcomes: MetricFamily {
        var family = MetricFamily(
            "draftspool_prompts_total", .counter, "Prompts that ended, by outcome, workload and draft depth.")
        let sorted = counts.outcomes.sorted { $0.key.order < $1.key.order }
        for (labels, count) in sorted {
            family.set(
                count, MetricLabel("outcome", labels.outcome.rawValue), labels.prompt.workloadLabel,
                labels.prompt.depthLabel)
        }
        return family
    }

    private var tokens: [MetricFamily] {
        [
            tokenCount("prompt", "Tokens of answered prompts.", \.promptTokens),
            tokenCount("cached", "Tokens of those that the engine had in its cache.", \.cachedTokens),
            tokenCount("generated", "Tokens of answers.", \.generatedTokens),
            tokenCount("drafted", "Tokens drafted for answers.", \.draftedTokens),
            tokenCount("accepted", "Drafted tokens that were accepted.", \.acceptedTokens),
        ]
    }

    private func tokenCount(
        _ name: String, _ help: String, _ count: KeyPath<DaemonMetrics.Work, Double>
    ) -> MetricFamily {
        var family = MetricFamily("draftspool_\(name)_tokens_total", .counter, help)
        for (labels, work) in sortedWork {
            family.set(work[keyPath: count], labels.workloadLabel, labels.depthLabel)
        }
        return family
    }

    private var speeds: MetricFamily {
        histograms(
            "draftspool_generation_speed_tokens_per_second",
            "Tokens a second of single answers while they were generated.", \.speed)
    }

    private var acceptances: MetricFamily {
        histograms(
            "draftspool_draft_acceptance_ratio",
            "Accepted by drafted tokens of single answers that were drafted for.", \.acceptance)
    }

    private func histograms(
        _ name: String, _ help: String, _ histogram: KeyPath<DaemonMetrics.Work, Histogram>
    ) -> MetricFamily {
        var family = MetricFamily(name, .histogram, help)
        for (labels, work) in sortedWork where work[keyPath: histogram].count > 0 {
            family.set(work[keyPath: histogram], labels.workloadLabel, labels.depthLabel)
        }
        return family
    }

    private var sortedWork: [(key: DaemonMetrics.PromptLabels, value: DaemonMetrics.Work)] {
        counts.work.sorted { $0.key.order < $1.key.order }
    }

    private var predictions: MetricFamily {
        var family = MetricFamily(
            "draftspool_speed_prediction_ratio", .histogram,
            "Predicted by measured tokens a second of single answers, by what the decision rested on.")
        let sorted = counts.predictions.sorted { $0.key.rawValue < $1.key.rawValue }
        for (source, histogram) in sorted { family.set(histogram, MetricLabel("source", source.rawValue)) }
        return family
    }

    // MARK: Engines

    private var engines: [MetricFamily] {
        [
            engine("engine_starts_total", "Engines that were started, or reached.") { Double($0.starts) },
            engine("engine_start_seconds_total", "Time from the start of engines until they were up.") {
                $0.startSeconds
            },
            engine("engine_start_failures_total", "Engines that did not start, or could not be reached.") {
                Double($0.failedStarts)
            },
            engine("engine_losses_total", "Engines that ended or fell silent while they were up.") {
                Double($0.losses)
            },
            engine("lane_changes_total", "Changes to a lane at another draft setting.") {
                Double($0.laneChanges)
            },
            engine("lane_change_seconds_total", "Time in which no slot worked, for a change of lanes.") {
                $0.laneChangeSeconds
            },
        ]
    }

    private func engine(
        _ name: String, _ help: String, _ value: (DaemonMetrics.EngineEvents) -> Double
    ) -> MetricFamily {
        var family = MetricFamily("draftspool_\(name)", .counter, help)
        let sorted = counts.engines.sorted { $0.key < $1.key }
        for (engine, events) in sorted { family.set(value(events), MetricLabel("engine", engine)) }
        return family
    }
}

extension DaemonMetrics.PromptLabels {
    fileprivate var workloadLabel: MetricLabel { MetricLabel("workload", workload.rawValue) }
    fileprivate var depthLabel: MetricLabel { MetricLabel("depth", depth.map { "\($0)" } ?? "none") }
    fileprivate var order: (String, Int) { (workload.rawValue, depth ?? -1) }
}

extension DaemonMetrics.OutcomeLabels {
    fileprivate var order: (String, String, Int) {
        (outcome.rawValue, prompt.workload.rawValue, prompt.depth ?? -1)
    }
}
