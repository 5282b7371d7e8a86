import JSON
import PromptBatch
import Settings

/// The model that a prompt is sent for, by the configuration's `model-names`.
struct ModelChoice {
    /// The prompt's body with the model in it.
    let body: JSON
    /// The model in it; nil where the engine is to choose.
    let model: String?
    /// The name that the prompt itself has; nil where it has none.
    let asked: String?
    /// The key that gave the model; nil where the prompt's own name is forwarded, or the only model served is taken.
    let key: String?

    /// - Parameters:
    ///   - body: The body as submitted.
    ///   - names: The configuration.
    ///   - served: The models that the engine lists; empty where that is not known.
    init(_ body: JSON, names: ModelNameSettings, served: [String]) {
        asked = Prompt.modelName(in: body)
        if let asked {
            let mapped = names.map[asked]
            key = mapped == nil ? nil : "model-names.map.\(asked)"
            model = mapped ?? asked
        } else if !names.defaultModel.isEmpty {
            key = "model-names.default"
            model = names.defaultModel
        } else {
            key = nil
            model = served.count == 1 ? served[0] : nil
        }
        guard let model, model != asked, case .object(var members) = body else {
            self.body = body
            return
        }
        members["model"] = .string(model)
        self.body = .object(members)
    }

    /// What to change where the engine does not serve the model.
    func remedy(known: Set<String>) -> String {
        let served = known.sorted().joined(separator: ", ")
        if let key { return "set \(key) in the configuration to a model that it serves: \(served)" }
        let example = known.min() ?? "MODEL"
        return
            "leave model out, name one that it serves (\(served)), or say in the configuration which is meant: "
            + "model-names: {map: {\(asked ?? "NAME"): \(example)}}"
    }
}
