import FoundationEssentials

extension LearnedModel {
    private enum CodingKeys: String, CodingKey {
        case format, fingerprint, observations, rejected, uncounted, acceptance, costs, lengths,
            reading, times, incumbents
    }

    public init(from decoder: any Decoder) throws {
        let container: KeyedDecodingContainer<CodingKeys>
        do {
            container = try decoder.container(keyedBy: CodingKeys.self)
            let version = try container.decode(Int.self, forKey: .format)
            guard version <= Self.formatVersion else {
                throw LearnedModelError.newerVersion(found: version, supported: Self.formatVersion)
            }
            guard version == Self.formatVersion else { throw LearnedModelError.olderVersion(found: version) }
            let fingerprint = try container.decode(EngineFingerprint.self, forKey: .fingerprint)
            self.init(fingerprint: fingerprint)
            restoreCounts(
                observations: try container.decode(Int.self, forKey: .observations),
                rejected: try container.decode(Int.self, forKey: .rejected),
                uncounted: try container.decode(Int.self, forKey: .uncounted))
            acceptance = try container.decode(AcceptanceModel.self, forKey: .acceptance)
            costs = try container.decode(CostModel.self, forKey: .costs)
            lengths = try container.decode(LengthModel.self, forKey: .lengths)
            reading = try container.decode(ReadingModel.self, forKey: .reading)
            times = try container.decode(TimeAccount.self, forKey: .times)
            incumbents = try container.decode(Incumbents.self, forKey: .incumbents)
        } catch let error as DecodingError {
            throw LearnedModelError.damaged(Self.describe(error))
        }
        guard acceptance.isSound, costs.isSound, lengths.isSound, reading.isSound, times.isSound
        else {
            throw LearnedModelError.damaged("figures that are not finite or not possible")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Self.formatVersion, forKey: .format)
        try container.encode(fingerprint, forKey: .fingerprint)
        try container.encode(observationCount, forKey: .observations)
        try container.encode(rejectedCount, forKey: .rejected)
        try container.encode(uncountedCount, forKey: .uncounted)
        try container.encode(acceptance, forKey: .acceptance)
        try container.encode(costs, forKey: .costs)
        try container.encode(lengths, forKey: .lengths)
        try container.encode(reading, forKey: .reading)
        try container.encode(times, forKey: .times)
        try container.encode(incumbents, forKey: .incumbents)
    }

    /// The model as JSON, to be kept on disk.
    public func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return [UInt8](try encoder.encode(self))
    }

    /// Reads a model from JSON and checks that it belongs to the engine at hand.
    ///
    /// - Throws: ``LearnedModelError`` for a newer format, damage, or another engine.
    public init(
        encoded bytes: some Sequence<UInt8>, expecting fingerprint: EngineFingerprint
    ) throws(LearnedModelError) {
        let model: LearnedModel
        do {
            model = try JSONDecoder().decode(LearnedModel.self, from: Data(bytes))
        } catch let error as LearnedModelError {
            throw error
        } catch let error as DecodingError {
            throw .damaged(Self.describe(error))
        } catch {
            throw .damaged("\(error)")
        }
        guard model.fingerprint == fingerprint else {
            throw .otherFingerprint(found: model.fingerprint, expected: fingerprint)
        }
        self = model
    }

    private static func describe(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "\"\(key.stringValue)\" is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            context.codingPath.isEmpty
                ? "no JSON object of the expected form"
                : "\"\(context.codingPath.map(\.stringValue).joined(separator: "."))\" has the wrong form"
        @unknown default: "unreadable"
        }
    }
}
