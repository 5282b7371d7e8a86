/// A family of hashed features. Equal words in different families have weights of their own.
package enum FeatureSpace: UInt8, CaseIterable, Sendable {
    /// Words, pairs and triples of the opening instruction.
    case leadWords
    /// How the request begins.
    case leadStart
    /// Pieces of words of the opening instruction.
    case leadPieces
    /// Kinds of words (a language's name, a verb of writing, …) of the opening instruction, and pairs of them.
    case leadKinds
    /// Topics of words of the opening instruction.
    case leadTopics
    /// Words, pairs and triples of the closing line.
    case tailWords
    /// How the closing line begins.
    case tailStart
    /// Kinds of words of the closing line.
    case tailKinds
    /// Single words of the whole message.
    case bodyWords
    /// Words and pairs of the system prompt.
    case systemWords
    /// Kinds of words of the system prompt.
    case systemKinds
    /// Words and pairs of the user's message before.
    case contextWords
    /// Kinds of words of the user's message before.
    case contextKinds
    /// The languages of code fences.
    case fenceLanguages

    /// How much a whole family contributes: its features share `strength · √n / n` each.
    ///
    /// Dividing by √n makes a family's contribution grow with the root of its size, so that a long instruction
    /// does not drown a short but telling one. Beyond 256 features it does not grow any more: a pasted log of
    /// 100 kB must not drown the question after it.
    var strength: Float {
        switch self {
        case .leadWords: 2
        case .leadStart: 1.5
        case .leadPieces: 1
        case .leadKinds: 1
        case .leadTopics: 0.7
        case .tailWords: 1.4
        case .tailStart: 1.4
        case .tailKinds: 1
        case .bodyWords: 1
        case .systemWords, .systemKinds: 1
        case .contextWords, .contextKinds: 0.7
        case .fenceLanguages: 1
        }
    }

    /// The family in a feature's readable name.
    var label: String {
        switch self {
        case .leadWords: "asks"
        case .leadStart: "begins"
        case .leadPieces: "asks, part of a word"
        case .leadKinds: "asks, kind of words"
        case .leadTopics: "asks, topic"
        case .tailWords: "closes with"
        case .tailStart: "last line begins"
        case .tailKinds: "closes with, kind of words"
        case .bodyWords: "mentions"
        case .systemWords: "system prompt"
        case .systemKinds: "system prompt, kind of words"
        case .contextWords: "asked before"
        case .contextKinds: "asked before, kind of words"
        case .fenceLanguages: "code fence"
        }
    }
}
