/// What a prompt mostly asks an engine to produce.
///
/// The draft depth that pays for itself depends on how predictable the answer is, and that depends on the kind
/// of answer: source code repeats what it has just said, a poem does not. The order of the cases is the order of
/// ``WorkloadDistribution``'s probabilities and breaks ties.
public enum Workload: String, CaseIterable, Codable, Sendable, Hashable {
    /// Source, shell, SQL, configuration, regular expressions; debugging, refactoring or explaining given code.
    case code
    /// Calculation, word problems, proofs.
    case math
    /// Definitions, short answers, known facts and procedures, answers from a given passage.
    case factual
    /// One natural language to another.
    case translation
    /// Condensing, rewriting or correcting a given text.
    case summarization
    /// Structured data out of a given text, labelling, tables and JSON.
    case extraction
    /// Comparing, weighing, advising, planning, open exposition; with low confidence, anything unclear.
    case analysis
    /// Stories, poems, role-play, brainstorming, marketing copy, original letters.
    case creative
}

extension Workload {
    /// All names, for messages: `code, math, …`.
    static let nameList = allCases.map(\.rawValue).joined(separator: ", ")

    /// The place of the workload in ``WorkloadDistribution``'s probabilities.
    var position: Int {
        switch self {
        case .code: 0
        case .math: 1
        case .factual: 2
        case .translation: 3
        case .summarization: 4
        case .extraction: 5
        case .analysis: 6
        case .creative: 7
        }
    }
}
