import Configuration

/// One configuration key: its path, what it takes, its default and what it means.
public struct SettingKey: Sendable {
    /// What a key takes, as the error message and the documentation call it.
    public enum Kind: String, Sendable {
        case text = "text"
        case integer = "a whole number"
        case integerOrAuto = "a whole number or auto"
        case numberOrAuto = "a number or auto"
        case number = "a number"
        case flag = "true or false"
        case depth = "0 to 16, auto, per-request, or engine"
        case list = "a list of texts"
        /// Names and what they stand for, below the key in YAML, and on one line elsewhere.
        case map = "names with their models, in YAML {gpt-4o: MODEL}, elsewhere gpt-4o=MODEL,gpt-4=MODEL"
        /// As ``map``; the values may be secret.
        case headers =
            "header names with their values, in YAML {X-Team: VALUE}, elsewhere X-Team=VALUE,X-Tier=VALUE"
        case duration = "a duration such as 90s, 5m or 2h"
        case size = "a size such as 64KiB, 16MiB or 1GiB"
    }

    /// Dotted path, e.g. `engine.model`.
    public let path: String
    public let kind: Kind
    /// The default as it would be written in the YAML file.
    public let defaultValue: ConfigContent
    /// One line for people.
    public let summary: String

    /// The environment variable that sets it.
    public var environmentVariable: String { Self.environmentVariable(of: path) }

    static func environmentVariable(of path: String) -> String {
        "DRAFTSPOOL_" + path.uppercased().map { $0 == "." || $0 == "-" ? "_" : String($0) }.joined()
    }

    init(_ path: String, _ kind: Kind, _ defaultValue: ConfigContent, _ summary: String) {
        self.path = path
        self.kind = kind
        self.defaultValue = defaultValue
        self.summary = summary
    }

    /// What the values are in those keys that take names with values, by the keys' paths.
    static let mapValues = Dictionary(
        uniqueKeysWithValues: all.compactMap { key in
            switch key.kind {
            case .map: (key.path, "the name of a model that the engine serves")
            case .headers: (key.path, "a text, the header's value")
            default: nil
            }
        })

    /// Every key there is, in the order of the documentation.
    public static let all: [SettingKey] = [
        SettingKey(
            "spool", .text, .string(""),
            "the spool directory; empty: /var/spool/draftspool, that of an instance /var/spool/draftspool-NAME"
        ),
        SettingKey(
            "state-directory", .text, .string(""),
            "ledger and learned state; empty: $STATE_DIRECTORY, else /var/lib/draftspool[-NAME] or SPOOL/.state"
        ),
        SettingKey(
            "runtime-directory", .text, .string(""),
            "engine sockets; empty: $RUNTIME_DIRECTORY, else /run/draftspool[-NAME] or STATE/run"),
        SettingKey(
            "log-level", .text, .string("info"), "trace, debug, info, notice, warning, error or critical"),
        SettingKey("engine.server", .text, .string("llama-server"), "the llama-server program"),
        SettingKey("engine.model", .text, .string(""), "the GGUF model file"),
        SettingKey(
            "engine.slots", .integerOrAuto, .string("auto"),
            "prompts in flight at the same time, 1 to 256; auto: found by measurement"),
        SettingKey(
            "engine.max-slots", .integerOrAuto, .string("auto"),
            "the most that slots: auto tries, 1 to 256; auto: 8, on a GPU 16, for an endpoint 128"),
        SettingKey("engine.context", .integer, .int(8192), "context per slot, tokens"),
        SettingKey(
            "engine.extra-arguments", .list, .stringArray([]), "further arguments for llama-server"),
        SettingKey(
            "engine.devices", .list, .stringArray([]), "a lane on each, by llama-server's --device names"),
        SettingKey(
            "engine.lane-overlap", .text, .string("auto"),
            "auto, always or never: start the next lane's engine while the last one drains"),
        SettingKey(
            "engine.resident-lanes", .integerOrAuto, .string("auto"),
            "engines kept in memory to go back to, each at a setting of its own, 1 to 16"),
        SettingKey("engine.start-timeout", .duration, .string("10m"), "from start to first answer"),
        SettingKey("engine.stop-timeout", .duration, .string("20s"), "from SIGTERM to SIGKILL"),
        SettingKey("engine.request-timeout", .duration, .string("1h"), "the longest generation"),
        SettingKey("engine.stall-timeout", .duration, .string("10m"), "silence after which it is given up"),
        SettingKey(
            "engine.endpoint", .text, .string(""),
            "an OpenAI-compatible server to use in place of a managed llama-server"),
        SettingKey(
            "engine.depth", .depth, .string("auto"),
            "its draft depth; engine: a server run by others decides, which auto means there"),
        SettingKey("engine.endpoint-key-file", .text, .string(""), "file with its bearer token"),
        SettingKey(
            "engine.endpoint-headers", .headers, .string(""), "added to each request to it, X-Team=VALUE,…"),
        SettingKey(
            "engine.endpoint-ca-file", .text, .string(""),
            "certificates of the authorities that it is trusted by; empty: the system's"),
        SettingKey(
            "engine.endpoint-certificate-file", .text, .string(""),
            "the client's certificate that it asks for"),
        SettingKey("engine.endpoint-certificate-key-file", .text, .string(""), "the private key of that"),
        SettingKey(
            "engine.endpoint-requests-per-minute", .integer, .int(0), "the most sent to it; 0: no limit"),
        SettingKey(
            "speculation.depth", .integerOrAuto, .string("auto"),
            "the draft depth, 0 to 16, for everything; auto: chosen prompt by prompt"),
        SettingKey("speculation.max-depth", .integer, .int(5), "greatest draft depth, 0 to 16; 0: off"),
        SettingKey(
            "speculation.p-min", .numberOrAuto, .string("auto"),
            "llama-server's --spec-draft-p-min, 0 to 1; auto: chosen with the depth"),
        SettingKey("speculation.probe", .flag, .bool(true), "measure a new engine before the first prompt"),
        SettingKey("dispatch.max-attempts", .integer, .int(3), "tries before a prompt counts as failed"),
        SettingKey("dispatch.retry-delay", .duration, .string("2s"), "wait before the second try; doubles"),
        SettingKey(
            "dispatch.drain-timeout", .duration, .string("60s"), "for prompts in flight at a stop or a change"
        ),
        SettingKey(
            "dispatch.max-lane-wait", .duration, .string("30m"), "for a batch that waits for its lane"),
        SettingKey("input.max-line-size", .size, .string("16MiB"), "longest line, largest text file"),
        SettingKey("input.rescan-interval", .duration, .string("30s"), "between full looks at incoming/"),
        SettingKey(
            "input.settle-time", .duration, .string("5s"),
            "unchanged time of a file that may still be open"),
        SettingKey("retention.done-age", .duration, .string("0"), "of inputs in done/; 0: for ever"),
        SettingKey("retention.done-size", .size, .string("0"), "of all inputs in done/; 0: no limit"),
        SettingKey("retention.output-age", .duration, .string("0"), "of outputs; 0: for ever"),
        SettingKey("retention.output-size", .size, .string("0"), "of all outputs; 0: no limit"),
        SettingKey("retention.ledger-age", .duration, .string("90d"), "of finished batches in the ledger"),
        SettingKey("retention.ledger-size", .size, .string("0"), "of the ledger; 0: no limit"),
        SettingKey("retention.upload-age", .duration, .string("0"), "of uploads by the API; 0: for ever"),
        SettingKey(
            "hooks.batch-finished", .text, .string(""),
            "a program (/PATH) or webhook (https://…) that is told of each finished batch; empty: none"),
        SettingKey(
            "hooks.secret-file", .text, .string(""),
            "file with the secret, whsec_…, that webhooks are signed by"
        ),
        SettingKey("hooks.timeout", .duration, .string("30s"), "for a program to end, a receiver to answer"),
        SettingKey("hooks.give-up-after", .duration, .string("3d"), "of tries, from the end of the batch"),
        SettingKey(
            "metrics.textfile", .text, .string(""),
            "metrics for node_exporter's textfile collector, such as /…/draftspool.prom; empty: none"),
        SettingKey(
            "model-names.default", .text, .string(""),
            "the model of prompts that name none; empty: the only one the endpoint serves"),
        SettingKey(
            "model-names.map", .map, .string(""), "models by the names that prompts use, gpt-4o=MODEL,…"),
        SettingKey(
            "web.listen", .text, .string("unix:api.sock"),
            "unix:/PATH, unix:NAME in the runtime directory, 127.0.0.1:PORT; empty: no listener"),
        SettingKey("web.token-file", .text, .string(""), "file with the bearer token, which a port needs"),
        SettingKey(
            "web.listen-anywhere", .flag, .bool(false),
            "whether web.listen may be an address that others reach"),
    ]

    /// Names that keys had before.
    static let renamed = ["engine.endpoint-depth": "engine.depth"]

    /// Keys that there were before, and why they have no effect any more.
    static let retired = [
        "speculation.exploration-share": "settings are not tried out at the cost of prompts any more"
    ]

    /// The fields of a rule below `rules.NAME`.
    static let ruleFields = ["workload", "custom-id-prefix", "metadata", "system-prompt", "pattern"]
}
