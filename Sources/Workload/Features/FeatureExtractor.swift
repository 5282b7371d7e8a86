/// Turns a request into features. The one implementation: training reads what this exports.
package struct FeatureExtractor: Sendable {
    private static let systemBytes = 4 * 1024
    private static let contextBytes = 1024
    private static let assistantBytes = 8 * 1024
    /// A family of more features is no louder than one of this many.
    private static let loudestCount = 256
    private let lexicon = Lexicon.kinds
    private let topicLexicon = Lexicon.topics

    package init() {}

    /// The row of a hashed feature in the weights.
    @inline(__always)
    package static func row(_ hash: UInt32, in space: FeatureSpace) -> Int {
        Hashing.row(hash, space: space, bits: ClassifierWeights.hashBits)
    }

    /// The row of a property in the weights, after all hashed rows.
    package static func row(of property: StructuralFeature) -> Int {
        1 << ClassifierWeights.hashBits + property.rawValue
    }

    /// The value of each of a family's `count` features.
    @inline(__always)
    package static func value(in space: FeatureSpace, count: Int) -> Float {
        space.strength * Float(min(max(count, 1), loudestCount)).squareRoot() / Float(max(count, 1))
    }

    /// Sends the features of a request to a sink.
    ///
    /// - Returns: what the request's text is, for rules that no weight can express.
    @discardableResult
    package func extract(_ request: WorkloadRequest, into sink: inout some FeatureSink) -> RequestMatter {
        let view = RequestView(request)
        let text = Tokenizer(view.target)
        if !text.tokens.isEmpty {
            let zones = TextZones(text)
            lead(text, zones.lead, into: &sink)
            if !zones.tail.isEmpty { tail(text, zones.tail, into: &sink) }
            body(text, into: &sink)
            if text.shape.fences > 0 { fences(text, into: &sink) }
            StructuralProfile(text, zones: zones).forEach { sink.add($0) }
        } else {
            sink.add(StructuralFeature.noWords)
        }
        let system = view.system.map { Tokenizer($0, limit: Self.systemBytes) }
        if let system, !system.tokens.isEmpty {
            words(system, system.tokens.indices, space: .systemWords, longest: 2, into: &sink)
            kinds(system, system.tokens.indices, space: .systemKinds, into: &sink)
            sink.add(StructuralFeature.systemPrompt)
            if system.shape.totalBytes > 1024 { sink.add(StructuralFeature.longSystemPrompt) }
        }
        let context = view.previous.map { Tokenizer($0, limit: Self.contextBytes) }
        if let context, !context.tokens.isEmpty {
            let lead = TextZones(context).lead
            words(context, lead, space: .contextWords, longest: 2, into: &sink)
            kinds(context, lead, space: .contextKinds, into: &sink)
        }
        if let answer = view.answer {
            let shape = Tokenizer(answer, limit: Self.assistantBytes).shape
            if shape.fences > 0 { sink.add(StructuralFeature.assistantWroteCode) }
            if shape.totalBytes > 1024 { sink.add(StructuralFeature.assistantWroteLong) }
        }
        view.properties.forEach { sink.add($0) }
        return RequestMatter(text: text, hasOtherText: system?.tokens.isEmpty == false || context != nil)
    }

    private func lead(_ text: Tokenizer, _ range: Range<Int>, into sink: inout some FeatureSink) {
        words(text, range, space: .leadWords, longest: 3, into: &sink)
        start(text, range, space: .leadStart, into: &sink)
        pieces(text, range, into: &sink)
        kinds(text, range, space: .leadKinds, into: &sink)
        topics(text, range, into: &sink)
    }

    private func tail(_ text: Tokenizer, _ range: Range<Int>, into sink: inout some FeatureSink) {
        words(text, range, space: .tailWords, longest: 2, into: &sink)
        start(text, range, space: .tailStart, into: &sink)
        kinds(text, range, space: .tailKinds, into: &sink)
    }

    private func body(_ text: Tokenizer, into sink: inout some FeatureSink) {
        sink.open(.bodyWords)
        for token in text.tokens where token.kind != .mark {
            sink.add(token.hash) { text.spelling(of: token) }
        }
        sink.close()
    }

    private func fences(_ text: Tokenizer, into sink: inout some FeatureSink) {
        sink.open(.fenceLanguages)
        for token in text.tokens where token.isFenceTag {
            sink.add(token.hash) { text.spelling(of: token) }
        }
        sink.close()
    }

    /// Single tokens and runs of up to `longest`, and pairs with one token between.
    private func words(
        _ text: Tokenizer, _ range: Range<Int>, space: FeatureSpace, longest: Int,
        into sink: inout some FeatureSink
    ) {
        sink.open(space)
        let tokens = text.tokens
        for position in range {
            let first = tokens[position].hash
            sink.add(first) { text.spelling(position..<position + 1) }
            guard position + 1 < range.upperBound else { continue }
            let pair = Hashing.combine(first, tokens[position + 1].hash)
            sink.add(pair) { text.spelling(position..<position + 2) }
            guard longest > 2, position + 2 < range.upperBound else { continue }
            sink.add(Hashing.combine(pair, tokens[position + 2].hash)) {
                text.spelling(position..<position + 3)
            }
            sink.add(Hashing.combine(~first, tokens[position + 2].hash)) {
                text.spelling(position..<position + 1) + " … " + text.spelling(position + 2..<position + 3)
            }
        }
        sink.close()
    }

    private func start(
        _ text: Tokenizer, _ range: Range<Int>, space: FeatureSpace, into sink: inout some FeatureSink
    ) {
        sink.open(space)
        var hash = Hashing.start
        for position in range.prefix(4) {
            hash = Hashing.combine(hash, text.tokens[position].hash)
            sink.add(hash) { text.spelling(range.lowerBound..<position + 1) + " …" }
        }
        sink.close()
    }

    /// Four bytes at a time within a word, its edges included; first six bytes as a rough stem.
    private func pieces(_ text: Tokenizer, _ range: Range<Int>, into sink: inout some FeatureSink) {
        sink.open(.leadPieces)
        text.folded.withUnsafeBufferPointer { folded in
            for token in text.tokens[range] where token.kind == .word {
                let start = Int(token.start) - 1
                let end = Int(token.start) + Int(token.length) + 1
                guard end - start >= 5 else { continue }
                var hash: UInt32 = 0
                for position in start..<end {
                    hash = hash << 8 | UInt32(folded[position])
                    guard position >= start + 3 else { continue }
                    let piece = hash
                    sink.add(piece) { String(decoding: folded[(position - 3)...position], as: UTF8.self) }
                }
                if token.length > 6 {
                    let stem = (Int(token.start)..<Int(token.start) + 6).reduce(Hashing.start) {
                        Hashing.add(folded[$1], to: $0)
                    }
                    sink.add(stem) {
                        String(decoding: folded[Int(token.start)..<Int(token.start) + 6], as: UTF8.self) + "-"
                    }
                }
            }
        }
        sink.close()
    }

    /// Kinds of words: each, each with the word before it, and each pair of kinds in their order.
    private func kinds(
        _ text: Tokenizer, _ range: Range<Int>, space: FeatureSpace, into sink: inout some FeatureSink
    ) {
        sink.open(space)
        var first: UInt8 = 0
        var previous: UInt8 = 0
        for position in range {
            let kind = lexicon.kind(of: text, at: position, end: range.upperBound)
            guard kind != 0 else { continue }
            sink.add(UInt32(kind)) { Self.label(kind) }
            if position > range.lowerBound {
                sink.add(Hashing.combine(text.tokens[position - 1].hash, UInt32(kind))) {
                    text.spelling(position - 1..<position) + " + " + Self.label(kind)
                }
            } else {
                sink.add(UInt32(kind) | 1 << 24) { "begins with " + Self.label(kind) }
            }
            if previous != 0 {
                sink.add(UInt32(previous) << 8 | UInt32(kind) | 1 << 16) {
                    Self.label(previous) + ", then " + Self.label(kind)
                }
            }
            if first == 0 {
                first = kind
                sink.add(UInt32(kind) | 1 << 25) { "first " + Self.label(kind) }
            } else if first != previous {
                sink.add(UInt32(first) << 8 | UInt32(kind) | 1 << 26) {
                    Self.label(first) + ", later " + Self.label(kind)
                }
            }
            previous = kind
        }
        sink.close()
    }

    /// Topics of words: each, and each with how the request begins.
    private func topics(_ text: Tokenizer, _ range: Range<Int>, into sink: inout some FeatureSink) {
        guard let first = range.first else { return }
        sink.open(.leadTopics)
        let opening = text.tokens[first].hash
        for position in range {
            let topic = topicLexicon.kind(of: text, at: position, end: range.upperBound)
            guard topic != 0 else { continue }
            sink.add(UInt32(topic)) { Self.topicLabel(topic) }
            guard position > first else { continue }
            sink.add(Hashing.combine(opening, UInt32(topic))) {
                text.spelling(first..<first + 1) + " … " + Self.topicLabel(topic)
            }
        }
        sink.close()
    }

    private static func label(_ kind: UInt8) -> String {
        WordKind(rawValue: kind)?.label ?? "a word"
    }

    private static func topicLabel(_ topic: UInt8) -> String {
        WordTopic(rawValue: topic)?.label ?? "a word"
    }
}
