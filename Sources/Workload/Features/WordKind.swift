/// A kind of word that tells workloads apart in every language the lexicon knows.
enum WordKind: UInt8, CaseIterable {
    case language = 1
    case programmingLanguage
    case codeNoun
    case codeVerb
    case story
    case letter
    case slogan
    case writeVerb
    case ideaWord
    case translateVerb
    case condenseVerb
    case rewriteVerb
    case extractVerb
    case labelVerb
    case formatNoun
    case analyzeVerb
    case adviceWord
    case planWord
    case mathVerb
    case mathNoun
    case quantity
    case unit
    case entityQuestion
    case whatQuestion
    case whyQuestion
    case howQuestion
    case explainVerb
    case givenText
    case roleplay
    case recipe

    var label: String {
        switch self {
        case .language: "a language"
        case .programmingLanguage: "a programming language"
        case .codeNoun: "a piece of software"
        case .codeVerb: "a verb of programming"
        case .story: "a literary form"
        case .letter: "a letter or post"
        case .slogan: "a marketing text"
        case .writeVerb: "a verb of writing"
        case .ideaWord: "ideas"
        case .translateVerb: "a verb of translating"
        case .condenseVerb: "a verb of condensing"
        case .rewriteVerb: "a verb of rewriting"
        case .extractVerb: "a verb of extracting"
        case .labelVerb: "a verb of labelling"
        case .formatNoun: "a data format"
        case .analyzeVerb: "a verb of weighing"
        case .adviceWord: "advice"
        case .planWord: "a plan"
        case .mathVerb: "a verb of calculating"
        case .mathNoun: "a mathematical term"
        case .quantity: "a quantity"
        case .unit: "a unit"
        case .entityQuestion: "who, when or where"
        case .whatQuestion: "what or which"
        case .whyQuestion: "why"
        case .howQuestion: "how"
        case .explainVerb: "a verb of explaining"
        case .givenText: "a given text"
        case .roleplay: "a role"
        case .recipe: "cooking"
        }
    }
}
