import JSON
import Speculation

/// A family of llama-server that can be managed. They part in command line, address and what a request may ask for;
/// the rest of their HTTP is the same.
public enum EngineDialect: String, Sendable, Hashable, CaseIterable {
    /// llama.cpp's own llama-server.
    case mainline
    /// That of ik_llama.cpp.
    case ik

    /// What it is called in records, messages, and among what costs are learned under.
    public var name: String { rules.name }

    /// The most slots with which it drafts with a model's own block; nil: any number.
    public var mostDraftingSlots: Int? { rules.mostDraftingSlots }

    /// Whether its builds are expected to honour a depth in the request, so that an engine is started at the greatest
    /// depth before that was proven.
    public var isExpectedToHonourDepth: Bool { rules.isExpectedToHonourDepth }

    /// Members of a request's body that it needs where the body has none of that name.
    public var requestDefaults: JSONObject { rules.requestDefaults }

    var rules: any DialectRules {
        switch self {
        case .mainline: MainlineDialect()
        case .ik: IkDialect()
        }
    }
}

/// What sets one family of llama-server apart.
protocol DialectRules: Sendable {
    var name: String { get }
    /// Its word among the values of `--spec-type` for drafting with a model's own block.
    var mtpType: String { get }
    var mostDraftingSlots: Int? { get }
    var isExpectedToHonourDepth: Bool { get }
    var requestDefaults: JSONObject { get }
    /// The page whose figures change with every step of an engine at work.
    var progress: ProgressPage { get }
    /// Whether it looks drafts up beside drafting, at a depth that the command line fixes.
    var combinesNgrams: Bool { get }

    /// The arguments with which it drafts at `setting`; none where that is off.
    func speculation(_ setting: DraftSetting) -> [String]

    /// Arguments for its pages and its chat templates, of the options that it `knows`.
    func service(knows: (String) -> Bool) -> [String]

    /// A place to listen at that two engines of one directory share only if they have one `name`.
    func address(directory: String, name: String) throws(EngineError) -> any EngineAddress
}

/// Where a managed engine listens, from before its start until after its end.
protocol EngineAddress: Sendable {
    var endpoint: EngineEndpoint { get }
    /// What only this process and the engine know, where anybody can connect.
    var bearerToken: String? { get }
    /// The arguments that make an engine listen here.
    var arguments: [String] { get }

    /// Makes the place ready, without taking anything away from anybody.
    func prepare() throws(EngineError)

    /// Clears the place away.
    func remove()

    /// Whether the server that answers here is the one that was told to.
    func isListened(toBy engine: OpenAIEngine) async -> Bool
}
