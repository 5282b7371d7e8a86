import Glibc

/// What reading a prompt costs, with drafting and without.
///
/// A head that drafts reads the prompt too, so reading takes longer where drafts are made: by its share of the layers and
/// what handing over to it takes. That counts where prompts are long and answers short.
struct ReadingModel: Codable, Sendable, Hashable {
    private enum CodingKeys: String, CodingKey { case plain, drafting }

    private var constants = Constants.Reading()
    /// Milliseconds a token, without and with drafting.
    private var plain: [Double] = []
    private var drafting: [Double] = []

    init(constants: Constants.Reading = .init()) {
        self.constants = constants
    }

    /// Whether the figures are possible, as decoded state must be.
    var isSound: Bool { (plain + drafting).allSatisfy { $0.isFinite && $0 > 0 } }

    /// Learns from a prompt that the engine read with nothing else to do.
    mutating func learn(_ setting: DraftSetting, tokens: Int, milliseconds: Double) {
        let each = milliseconds / Double(max(1, tokens))
        guard tokens >= constants.leastTokens, each.isFinite, each > 1e-6 else { return }
        if setting.isDrafting {
            drafting = Array((drafting + [each]).suffix(constants.readings))
        } else {
            plain = Array((plain + [each]).suffix(constants.readings))
        }
    }

    /// Milliseconds that reading a token takes at a setting; 0 before any prompt was read.
    func millisecondsPerToken(_ setting: DraftSetting) -> Double {
        guard
            let base = Self.median(plain) ?? Self.median(drafting).map({ $0 / constants.priorRatio })
        else { return 0 }
        guard setting.isDrafting else { return base }
        let readings = Double(min(plain.count, drafting.count))
        let seen = log((Self.median(drafting) ?? base) / base)
        let ratio =
            (readings * seen + constants.priorReadings * log(constants.priorRatio))
            / (readings + constants.priorReadings)
        return base * exp(max(0, ratio))
    }

    private static func median(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.sorted()[values.count / 2]
    }
}
