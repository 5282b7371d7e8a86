import Speculation

extension Observation {
    /// What an answer taught that had `share` of its engine.
    ///
    /// - Parameters:
    ///   - generationMilliseconds: as the engine reports it, with the time in which others' prompts were read.
    ///   - recentDrafts: what the lane's requests drafted lately; this one is added.
    /// - Throws: ``ObservationError`` for figures that cannot be.
    package init(
        _ traits: PromptTraits, at setting: DraftSetting, share: LaneTimeline.Share, generatedTokens: Int,
        draftedTokens: Int?, acceptedTokens: Int?, generationMilliseconds: Double,
        acceptedPerPosition: [Int]?, recentDrafts: RecentDrafts
    ) throws(ObservationError) {
        let steps = generatedTokens - 1 - (acceptedTokens ?? 0)
        let neighbours = recentDrafts.add(Double(draftedTokens ?? 0) / Double(max(1, steps)))
        try self.init(
            traits: traits, setting: setting, busySlots: share.busySlots, generatedTokens: generatedTokens,
            draftedTokens: draftedTokens, acceptedTokens: acceptedTokens,
            generationMilliseconds: share.steadyMilliseconds(of: generationMilliseconds, steps: steps),
            acceptedPerPosition: setting.pMin == 0 ? acceptedPerPosition : nil,
            neighbourDraftsPerStep: neighbours)
    }
}
