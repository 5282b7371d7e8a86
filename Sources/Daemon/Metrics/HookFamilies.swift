import Hooks
import Spool

/// Whom finished batches are told to, as metrics.
struct HookFamilies {
    /// Nil if none waits.
    let waiting: SpoolStatus.Hooks?
    let tries: HookTries

    var all: [MetricFamily] { [batches, outcomes] }

    private var batches: MetricFamily {
        var family = MetricFamily(
            "draftspool_hook_batches", .gauge,
            "Finished batches that somebody is still to be told of: not tried yet (waiting), or in vain so far "
                + "(failing).")
        let failing = waiting?.failing ?? 0
        family.set((waiting?.waiting ?? 0) - failing, MetricLabel("state", "waiting"))
        family.set(failing, MetricLabel("state", "failing"))
        return family
    }

    private var outcomes: MetricFamily {
        var family = MetricFamily(
            "draftspool_hook_tries_total", .counter,
            "Tries to tell of a batch: delivered, failed and tried again, or given up after the last.")
        family.set(tries.delivered, MetricLabel("outcome", "delivered"))
        family.set(tries.failed, MetricLabel("outcome", "failed"))
        family.set(tries.givenUp, MetricLabel("outcome", "given_up"))
        return family
    }
}
