import Subprocess

/// Which of the daemon's environment variables a managed llama-server must not see.
enum LlamaServerEnvironment {
    /// The changes to make to `environment` for the child.
    ///
    /// llama-server takes options from `LLAMA_ARG_…` variables. Most of them are left to the user; the ones
    /// that would change what this module relies on (speculation, the paths and the keys of its API) are not.
    /// The service manager's variables are for the daemon alone. An empty `GGML_BACKEND_PATH` keeps
    /// llama-server from finding any backend.
    static func changes(to environment: [String: String]) -> [Environment.Key: String?] {
        var changes: [Environment.Key: String?] = [:]
        for (name, value) in environment where isUnwanted(name, value) {
            guard let key = Environment.Key(rawValue: name) else { continue }
            changes.updateValue(nil, forKey: key)
        }
        return changes
    }

    private static func isUnwanted(_ name: String, _ value: String) -> Bool {
        let prefixes = [
            "LLAMA_ARG_SPEC_", "LLAMA_ARG_API_", "LLAMA_ARG_SSL_", "LLAMA_ARG_MODELS_", "WATCHDOG_",
        ]
        let names = ["LLAMA_API_KEY", "LLAMA_ARG_EMBEDDINGS", "LLAMA_ARG_RERANKING", "NOTIFY_SOCKET"]
        return prefixes.contains { name.hasPrefix($0) } || names.contains(name)
            || name == "GGML_BACKEND_PATH" && value.isEmpty
    }
}
