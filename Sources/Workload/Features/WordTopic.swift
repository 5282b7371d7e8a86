/// What a word is about. Questions about a friend want advice, questions about a film want a fact.
enum WordTopic: UInt8, CaseIterable {
    case person = 1
    case feeling
    case society
    case thought
    case judgement
    case office
    case geography
    case arts
    case time
    case nature
    case body
    case food
    case household
    case device
    case software
    case science
    case money
    case work
    case business
    case school
    case travel
    case hobby
    case animal
    case fantasy
    case festivity
    case item
    case trade
    case grammar
    case text
    case record
    case legal
    case size

    var label: String {
        switch self {
        case .person: "people around us"
        case .feeling: "feelings"
        case .society: "society"
        case .thought: "ideas and values"
        case .judgement: "better or worse"
        case .office: "who holds an office"
        case .geography: "places"
        case .arts: "works of art"
        case .time: "time"
        case .nature: "nature"
        case .body: "the body"
        case .food: "food"
        case .household: "the household"
        case .device: "devices"
        case .software: "software"
        case .science: "science"
        case .money: "money"
        case .work: "jobs"
        case .business: "business"
        case .school: "school"
        case .travel: "travel"
        case .hobby: "sport and hobbies"
        case .animal: "animals"
        case .fantasy: "imaginary beings"
        case .festivity: "festivities"
        case .item: "things one counts"
        case .trade: "buying and sharing"
        case .grammar: "grammar"
        case .text: "kinds of texts"
        case .record: "fields of a record"
        case .legal: "law"
        case .size: "size and degree"
        }
    }
}
