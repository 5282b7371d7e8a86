import Foundation
import Loops
import Spool

/// What the daemon is and how it does, as metrics.
struct DaemonFamilies {
    let version: String
    /// The spool's directory.
    let spool: String
    /// Engines that are configured.
    let engines: Int
    let startedAt: Date
    let state: SpoolStatus.State
    let troubles: Troubles

    var all: [MetricFamily] { [build, configuration, start, states, troubled] }

    private var build: MetricFamily {
        var family = MetricFamily("draftspool_build_info", .gauge, "The daemon's version; always 1.")
        family.set(1, MetricLabel("version", version))
        return family
    }

    private var configuration: MetricFamily {
        var family = MetricFamily("draftspool_config_info", .gauge, "What is configured; always 1.")
        family.set(1, MetricLabel("spool", spool), MetricLabel("engines", "\(engines)"))
        return family
    }

    private var start: MetricFamily {
        var family = MetricFamily(
            "draftspool_start_time_seconds", .gauge, "When the daemon started, seconds since 1970.")
        family.set(startedAt.timeIntervalSince1970.rounded())
        return family
    }

    private var states: MetricFamily {
        var family = MetricFamily(
            "draftspool_state", .gauge, "1 for the state that the daemon is in, 0 for the others.")
        for other in SpoolStatus.State.allCases {
            family.set(other == state ? 1 : 0, MetricLabel("state", other.rawValue))
        }
        return family
    }

    private var troubled: MetricFamily {
        var family = MetricFamily(
            "draftspool_trouble", .gauge, "1 for each part of the daemon that cannot work at present.")
        for source in Troubles.Source.allCases {
            family.set(troubles.has(source) ? 1 : 0, MetricLabel("part", "\(source)"))
        }
        return family
    }
}
