import Speculation

/// What waits and what runs, as metrics.
struct QueueFamilies {
    /// Prompts that may be sent.
    let ready: Int
    /// Prompts that wait for their next try.
    let delayed: Int
    /// Prompts at engines.
    let running: Int
    /// Of the batches that wait.
    let oldestAge: Duration
    /// Seconds until all that waits is done; nil where nothing can be said.
    let expected: LikelyValue?

    var all: [MetricFamily] { [waiting, atEngines, age] + end }

    private var waiting: MetricFamily {
        var family = MetricFamily(
            "draftspool_queue_prompts", .gauge, "Prompts that wait, ready to be sent or for their next try.")
        family.set(ready, MetricLabel("state", "ready"))
        family.set(delayed, MetricLabel("state", "delayed"))
        return family
    }

    private var atEngines: MetricFamily {
        var family = MetricFamily("draftspool_running_prompts", .gauge, "Prompts at engines.")
        family.set(running)
        return family
    }

    private var age: MetricFamily {
        var family = MetricFamily(
            "draftspool_queue_oldest_age_seconds", .gauge, "How long the oldest batch that waits has waited.")
        family.set(oldestAge / .seconds(1))
        return family
    }

    private var end: [MetricFamily] {
        var value = MetricFamily(
            "draftspool_queue_expected_seconds", .gauge,
            "Time until all that waits is expected to be done.")
        var low = MetricFamily(
            "draftspool_queue_expected_low_seconds", .gauge, "The lower bound of that time's 80 % range.")
        var high = MetricFamily(
            "draftspool_queue_expected_high_seconds", .gauge, "The upper bound of that time's 80 % range.")
        if let expected {
            value.set(expected.value)
            low.set(expected.low)
            high.set(expected.high)
        }
        return [value, low, high]
    }
}
