/// Entries of a backlog that any setting serves equally fast, with the seconds they take at each setting.
struct BacklogClass: Sendable {
    var traits: PromptTraits
    var forecast: PromptForecast
    var override: Int?
    /// Indices of the entries in the backlog.
    var members: [Int]
    var prompts: Int
    var tokens: Double
    /// Seconds to serve them all, by setting; a setting the user's override rules out takes forever.
    var seconds: [Double]
    /// Index of the fastest setting.
    var best: Int
    var oldestWaitSeconds: Double
    /// Infinite where there is no deadline.
    var secondsLeft: Double
    var priority: Int

    /// Tokens of one prompt on average.
    var tokensEach: Double { tokens / Double(max(1, prompts)) }

    /// Groups a backlog; what each class takes at each setting is still to be filled in.
    static func classes(of backlog: [BacklogEntry], model: LearnedModel) -> [BacklogClass] {
        let names = BacklogClassKey.Names(model)
        var indices: [BacklogClassKey: Int] = [:]
        var classes: [BacklogClass] = []
        for (index, entry) in backlog.enumerated() where entry.prompts > 0 {
            let tokens = Double(entry.prompts) * max(1, entry.expectedTokens)
            let key = BacklogClassKey(entry, names: names)
            if let known = indices[key] {
                classes[known].members.append(index)
                classes[known].prompts += entry.prompts
                classes[known].tokens += tokens
                classes[known].oldestWaitSeconds = max(
                    classes[known].oldestWaitSeconds, entry.oldestWaitSeconds)
                classes[known].secondsLeft = min(
                    classes[known].secondsLeft, entry.secondsLeft ?? .infinity)
                classes[known].priority = max(classes[known].priority, entry.priority)
            } else {
                indices[key] = classes.count
                classes.append(
                    BacklogClass(
                        traits: entry.traits, forecast: model.forecast(entry.traits),
                        override: entry.override,
                        members: [index], prompts: entry.prompts, tokens: tokens, seconds: [], best: 0,
                        oldestWaitSeconds: entry.oldestWaitSeconds,
                        secondsLeft: entry.secondsLeft ?? .infinity, priority: entry.priority))
            }
        }
        return classes
    }

    /// Works out what the class takes at each setting with as many slots busy as are kept busy there.
    ///
    /// A setting that is no candidate (another prompt's override, or what happens to run) may be ridden along in,
    /// but is never thought better than the best candidate.
    mutating func fill(
        settings: [DraftSetting], candidates: [DraftSetting], busySlots: [Int], model: LearnedModel
    ) {
        let forecast = forecast
        seconds = zip(settings, busySlots).map { setting, slots in
            if let override, setting != DraftSetting(depth: override) { return .infinity }
            let speed = model.predict(forecast, setting, busySlots: slots).totalTokensPerSecond
            return tokens / max(speed, 1e-6)
        }
        if override == nil, let incumbent = model.incumbents.setting(of: forecast.kind),
            candidates.contains(incumbent), let known = settings.firstIndex(of: incumbent)
        {
            beCareful(of: known, settings: settings, busySlots: busySlots, model: model)
        }
        let eligible = settings.indices.filter { override != nil || candidates.contains(settings[$0]) }
        best = eligible.min { seconds[$0] < seconds[$1] } ?? 0
        for index in seconds.indices { seconds[index] = max(seconds[index], seconds[best]) }
    }

    /// Takes a gain over what the kind runs at for as much as is probable of it, as ``DepthPolicy/decide(_:model:busySlots:override:)``
    /// does.
    private mutating func beCareful(
        of known: Int, settings: [DraftSetting], busySlots: [Int], model: LearnedModel
    ) {
        for index in seconds.indices where seconds[index] < seconds[known] {
            let caution = model.caution(forecast, settings[index], busySlots: busySlots[index])
            seconds[index] = min(seconds[known] * (1 + 1e-9), seconds[index] * caution)
        }
    }
}
