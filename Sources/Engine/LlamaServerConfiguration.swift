import Speculation

/// How to start a llama-server.
public struct LlamaServerConfiguration: Sendable {
    /// The program: a path, or a name to look up on `PATH`. A wrapper script that ends in `exec` is fine.
    public var server: String
    /// The family of llama-server that it is of.
    public var dialect: EngineDialect
    /// The options that the program's `--help` lists; nil where nobody looked, and all are taken to be known.
    public var knownOptions: Set<String>?
    /// The model's GGUF file.
    public var model: String
    /// Requests worked on at once (`-np`).
    public var slots: Int
    /// Tokens of context of each slot; 0 leaves it to the engine, which then divides the model's among the
    /// slots.
    public var contextTokens: Int
    /// The directory of the socket, or of the key of an engine without UNIX sockets. It is made, open to this user only, where it does not exist.
    public var runtimeDirectory: String
    /// The file name of the socket or the key without its ending; two engines in one directory need two names.
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
        server: String, dialect: EngineDialect = .mainline, knownOptions: Set<String>? = nil, model: String,
        slots: Int = 1, contextTokens: Int = 0, runtimeDirectory: String,
        socketName: String = "engine", extraArguments: [String] = [], startTimeout: Duration = .seconds(600),
        stopTimeout: Duration = .seconds(10), stallLimit: StallLimit = StallLimit(.zero),
        hasMTPBlock: Bool = true, maximumResponseBytes: Int = 64 << 20
    ) {
        self.server = server
        self.dialect = dialect
        self.knownOptions = knownOptions
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

    /// `setting`, without what the model has no block to draft with and what the engine cannot combine.
    public func effective(_ setting: DraftSetting) -> DraftSetting {
        DraftSetting(
            depth: hasMTPBlock ? setting.depth : 0, pMin: setting.pMin,
            usesNgrams: setting.usesNgrams && dialect.rules.combinesNgrams)
    }

    /// Why no engine can run at `setting`; nil where one may.
    func obstacle(to setting: DraftSetting) -> EngineError? {
        guard effective(setting).isDrafting, let most = dialect.mostDraftingSlots, slots > most else {
            return nil
        }
        return .startFailed(
            reason:
                "\(dialect.name) drafts with \(most) slot only, and \(slots) are asked for; set the slots to "
                + "\(most), or the depth to 0",
            lastWords: [])
    }

    /// The command line that runs the server at `setting`, without the program itself.
    ///
    /// llama-server divides `-c` among its slots, hence the product.
    func arguments(for setting: DraftSetting, at address: any EngineAddress) -> [String] {
        let (context, overflow) = contextTokens.multipliedReportingOverflow(by: max(1, slots))
        return ["-m", model] + dialect.rules.speculation(effective(setting))
            + ["-np", "\(max(1, slots))", "-c", "\(overflow ? contextTokens : context)"]
            + address.arguments + dialect.rules.service { knownOptions?.contains($0) ?? true }
            + extraArguments
    }
}
