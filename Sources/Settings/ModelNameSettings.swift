/// Which model of the engine is meant by what a prompt names.
public struct ModelNameSettings: Sendable, Equatable {
    /// For a prompt that names none; empty: the model that the endpoint serves, where it lists exactly one.
    public var defaultModel: String
    /// Models of the engine by the names that prompts use; a name that is not in it is forwarded as it is.
    public var map: [String: String]

    public init(defaultModel: String = "", map: [String: String] = [:]) {
        self.defaultModel = defaultModel
        self.map = map
    }
}
