import Speculation

/// What one batch took by the daemon and by other ways, in seconds from a cold start.
package struct Trial: Sendable {
    /// Ways to compare with.
    package enum Rivals: Sendable {
        /// Always off, and always depth 3.
        case plain
        /// Those, the best setting in hindsight, calibrated once, without the classifier, and all-knowing.
        case all
    }

    package let policy: Double
    package let off: Double
    package let depth3: Double
    /// The best setting in hindsight.
    package let bestFixed: Double
    package let bestSetting: DraftSetting
    /// Each setting measured first, and the fastest kept.
    package private(set) var calibrated = Double.nan
    /// The daemon, which is told nothing by the classifier.
    package private(set) var ungrouped = Double.nan
    package private(set) var allKnowing = Double.nan
    package let firstLookShare: Double
    package let changes: Int
    package let predictionErrors: [Double]

    package init(
        _ site: SimulatedSite, _ batch: SimulatedBatch, rivals: Rivals,
        variant: SimulatedDaemon.Variant = .init()
    ) throws {
        var daemon = SimulatedDaemon(site, batch, variant: variant)
        let outcome = try daemon.run()
        policy = outcome.seconds
        firstLookShare = outcome.firstLookShare
        changes = outcome.changes
        predictionErrors = outcome.predictionErrors
        let depth3 = DraftSetting(depth: 3)
        let plain = [DraftSetting.off, depth3]
        let settings = Set(site.candidates + plain).sorted()
        let fixed = FixedSettings(site, batch, settings: rivals == .all ? settings : plain)
        off = fixed.seconds(at: .off)
        self.depth3 = fixed.seconds(at: depth3)
        let best = fixed.best
        bestSetting = best.setting
        bestFixed = best.seconds
        guard rivals == .all else { return }
        let others = OtherWays(site, batch)
        calibrated = others.calibrateOnceAndStay()
        allKnowing = others.allKnowing(fixed)
        var blind = variant
        blind.classification = .none
        var daemonInTheDark = SimulatedDaemon(site, batch, variant: blind)
        ungrouped = try daemonInTheDark.run().seconds
    }

    /// By the better of off and depth 3.
    package var byBetter: Double { policy / min(off, depth3) }
    package var byBestFixed: Double { policy / bestFixed }
}
