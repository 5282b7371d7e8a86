import Glibc

/// How answers' shares of the engine's time differ from what the model of acceptance and step costs says, for each kind of
/// prompt, setting and number of busy slots.
///
/// What was measured overrides the model as it comes: the difference of a place is shrunk towards that of its kind, and that
/// towards the one of all, by how far places and kinds usually differ (``Constants/Times/usualDeviation``) and how sure each is. So what all
/// answers have in common, as waiting for neighbours' prompts to be read, is not held against the settings that happened to
/// be measured. Nor is a change of the engine's general speed, which ``CostModel`` follows: places hold differences from the
/// model with that speed in it, and grow uncertain with the answers that came elsewhere since.
struct TimeAccount: Codable, Sendable, Hashable {
    private enum CodingKeys: String, CodingKey { case entries, count, corrections, kinds, general }

    struct Place: Codable, Sendable, Hashable {
        var kind: PromptKind
        var setting: DraftSetting
        /// Requests under way, rounded.
        var busySlots: Int
    }

    /// Faded sums over the answers at a place.
    private struct Entry: Codable, Sendable, Hashable {
        var answers = 0.0
        /// Mean of log (measured / said by the model of the time).
        var mean = 0.0
        /// The newest one.
        var last = 0.0
        /// Sum of half the squares of the differences between one and the next: their scatter, whatever the mean does.
        var squares = 0.0
        /// Mean of what the model of the time said, the engine's general speed left out: log of the seconds that a token
        /// takes.
        var modelLog = 0.0
        /// Number of the newest answer; the least recent entries are dropped first.
        var lastSeen = 0
        /// Whether the newest answer was a surprise, and in which direction.
        var surprise = 0

        /// Variance of one answer's logarithm.
        func scatter(_ constants: Constants.Times) -> Double {
            (squares + constants.scatterAnswers * constants.scatter * constants.scatter)
                / (answers + constants.scatterAnswers)
        }
    }

    /// What a place shows at present.
    struct Correction: Codable, Sendable, Hashable {
        /// log (measured / said by the model), shrunk.
        var logRatio: Double
        /// Variance of its own part, which does not cancel when settings are compared.
        var variance: Double
        var answers = 0.0
    }

    private static let keptPlaces = 512
    /// Numbers of requests under way that differ by less than a third, as a logarithm, are about the same.
    private static let aboutAsMany = log(4.0 / 3)

    private var constants = Constants.Times()
    private var entries: [Place: Entry] = [:]
    private var count = 0
    private var corrections: [Place: Correction] = [:]
    private var kinds: [PromptKind: Double] = [:]
    private var general = 0.0

    init(constants: Constants.Times = .init()) {
        self.constants = constants
    }

    /// Whether every figure is finite and possible, as decoded state must be.
    var isSound: Bool {
        general.isFinite && kinds.values.allSatisfy(\.isFinite)
            && corrections.values.allSatisfy { $0.logRatio.isFinite && $0.variance > 0 }
            && entries.values.allSatisfy {
                $0.answers > 0 && $0.answers.isFinite && $0.mean.isFinite && $0.squares >= 0
                    && $0.squares.isFinite && $0.modelLog.isFinite
            }
    }

    /// Learns from an answer.
    ///
    /// - Parameters:
    ///   - logRatio: log of its share of the engine's time over what the model says.
    ///   - modelLog: log of the seconds that the model says a token takes at the place, the engine's general speed left out.
    mutating func learn(at place: Place, logRatio: Double, modelLog: Double) {
        guard logRatio.isFinite, modelLog.isFinite else { return }
        count += 1
        var entry = entries[place] ?? Entry()
        let believed = correction(at: place).logRatio
        let difference = logRatio - believed
        let direction = abs(difference) > constants.surprise ? (difference > 0 ? 1 : -1) : 0
        let isRepeated = direction != 0 && entry.surprise == direction
        let value =
            direction == 0 || isRepeated ? logRatio : believed + Double(direction) * constants.surprise
        entry.surprise = direction
        let kept = 1 - 1 / constants.memory
        entry.answers = kept * entry.answers + 1
        let step = value - entry.mean
        entry.mean += step / entry.answers
        let change = entry.lastSeen > 0 ? value - entry.last : 0
        entry.squares = kept * entry.squares + change * change / 2
        entry.last = value
        entry.modelLog += (modelLog - entry.modelLog) / entry.answers
        entry.lastSeen = count
        entries[place] = entry
        entries.dropLeastRecent(beyond: Self.keptPlaces, lastSeen: \.lastSeen) { _ in true }
    }

    /// Works the corrections out anew.
    ///
    /// - Parameter modelLog: what the model says at present of a token at a place, the engine's general speed left out: log of
    ///   the seconds that it takes.
    mutating func refresh(_ modelLog: (Place) -> Double) {
        let usual = constants.usualDeviation * constants.usualDeviation
        let seen = entries.filter { !$0.key.setting.usesNgrams }
        let measured = seen.sorted { $0.value.lastSeen < $1.value.lastSeen }.map { place, entry in
            (
                place: place, logRatio: entry.mean + entry.modelLog - modelLog(place),
                variance: variance(of: entry), answers: entry.answers
            )
        }
        var (sum, precision) = (0.0, 0.0)
        for one in measured {
            let weight = 1 / (one.variance + 2 * usual)
            sum += weight * one.logRatio
            precision += weight
        }
        general = precision > 0 ? sum / (precision + 1) : 0
        kinds = Dictionary(grouping: measured, by: \.place.kind).mapValues { places in
            var (sum, precision) = (0.0, 1 / usual)
            for one in places {
                let weight = 1 / (one.variance + usual)
                sum += weight * (one.logRatio - general)
                precision += weight
            }
            return sum / precision
        }
        corrections = [:]
        for one in measured {
            let common = general + (kinds[one.place.kind] ?? 0)
            let share = usual / (usual + one.variance)
            corrections[one.place] = Correction(
                logRatio: common + share * (one.logRatio - common),
                variance: share * one.variance, answers: one.answers)
        }
        for (place, entry) in entries where place.setting.usesNgrams {
            corrections[place] = Correction(
                logRatio: entry.mean + entry.modelLog - modelLog(place),
                variance: variance(of: entry), answers: entry.answers)
        }
    }

    private func variance(of entry: Entry) -> Double {
        entry.scatter(constants) / entry.answers
            + constants.drift * constants.drift * Double(count - entry.lastSeen)
    }

    /// What to correct the model by at a place, measured or not.
    func correction(at place: Place) -> Correction {
        corrections[place]
            ?? Correction(
                logRatio: general + (kinds[place.kind] ?? 0),
                variance: constants.usualDeviation * constants.usualDeviation)
    }

    /// Whether there were enough answers at a place that shows this.
    func isTimed(_ shown: Correction) -> Bool { shown.answers >= constants.measuredAnswers - 0.5 }

    /// Whether answers at the place say more of it than other places do.
    func isMeasured(_ shown: Correction) -> Bool {
        isTimed(shown) && shown.variance <= constants.usualDeviation * constants.usualDeviation / 2
    }

    /// The place where answers of a kind were timed at a setting with about as many requests under way; nil if there is none.
    func measured(_ kind: PromptKind, _ setting: DraftSetting, busySlots: Double) -> Place? {
        let slots = max(1, busySlots.rounded())
        let near = corrections.filter { place, correction in
            place.kind == kind && place.setting == setting && isMeasured(correction)
                && abs(log(Double(place.busySlots) / slots)) < Self.aboutAsMany
        }
        return near.keys.min {
            (abs(Double($0.busySlots) - busySlots), $0.busySlots)
                < (abs(Double($1.busySlots) - busySlots), $1.busySlots)
        }
    }

    /// Every place where answers were timed.
    var shown: [Place: Correction] { corrections }

    /// Places where lookups were timed.
    var ngramPlaces: [Place] { corrections.keys.filter(\.setting.usesNgrams) }
}
