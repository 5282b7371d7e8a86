import Speculation

/// How to start a llama-server.
public struct LlamaServerConfiguration: Sendable {
    /// The program: a path, or a name to look up on `PATH`. A wrapper script that ends in `exec` is fine.
    public var server: String
    /// The model's GGUF file.
    public var model: String
    /// Requests worked on at once (`-np`).
    public var slots: Int
    /// Tokens of context of each slot; 0 leaves it to the engine, which then divides the model's among the
    /// slots.
    public var contextTokens: Int
    /// The directory of the socket. It is made, open to this user only, where it does not exist.
    public var runtimeDirectory: String
    /// The socket's file name without `.sock`; two engines in one directory need two names.
    public var socketName: String
    /// Further arguments, put last, so that they win over the ones made here.
    public var extraArguments: [String]
    /// How long loading the model may take.
    public var startTimeout: Duration
    /// How long the engine may take to stop after `SIGTERM`, before `SIGKILL`.
    public var stopTimeout: Duration
    /// How long the engine may show no sign of life before it is stopped.
    public var stallLimit: StallLimit
    /// Whether the model can draft for itself. Where it cannot, it is run at depth 0 whatever is asked for.
    public var hasMTPBlock: Bool
    /// The largest answer read, in bytes.
    public var maximumResponseBytes: Int

    public init(
        server: String, model: String, slots: Int = 1, contextTokens: Int = 0, runtimeDirectory: String,
        socketName: String = "engine", extraArguments: [String] = [], startTimeout: Duration = .seconds(600),
        stopTimeout: Duration = .seconds(10), stallLimit: StallLimit = StallLimit(.zero),
        hasMTPBlock: Bool = true, maximumResponseBytes: Int = 64 << 20
    ) {
        self.server = server
        self.model = model
        self.slots = slots
        self.contextTokens = contextTokens
        self.runtimeDirectory = runtimeDirectory
        self.socketName = socketName
        self.extraArguments = extraArguments
        self.startTimeout = startTimeout
        self.stopTimeout = stopTimeout
        self.stallLimit = stallLimit
        self.hasMTPBlock = hasMTPBlock
        self.maximumResponseBytes = maximumResponseBytes
    }

    /// `setting`, without what the model has no block to draft with.
    public func effective(_ setting: DraftSetting) -> DraftSetting {
        hasMTPBlock ? setting : DraftSetting(depth: 0, usesNgrams: setting.usesNgrams)
    }

    /// The command line that runs the server at `setting`, without the program itself.
    ///
    /// llama-server divides `-c` among its slots, hence the product.
    public func arguments(for setting: DraftSetting, socketPath: String) -> [String] {
        var arguments = ["-m", model]
        let setting = effective(setting)
        if setting.isSpeculating {
            let kinds = (setting.isDrafting ? ["draft-mtp"] : []) + (setting.usesNgrams ? ["ngram-mod"] : [])
            arguments += ["--spec-type", kinds.joined(separator: ",")]
        }
        if setting.isDrafting {
            arguments += ["--spec-draft-n-max", "\(setting.depth)"]
            if setting.pMin > 0 {
                arguments += ["--spec-draft-p-min", "\(setting.pMin)"]
            }
        }
        let (context, overflow) = contextTokens.multipliedReportingOverflow(by: max(1, slots))
        arguments += ["-np", "\(max(1, slots))", "-c", "\(overflow ? contextTokens : context)"]
        arguments += ["--host", socketPath, "--metrics", "--slots", "--no-ui"]
        return arguments + extraArguments
    }
}
