import ArgumentParser
import Speculation

/// What `explain` and `estimate` are to take the engine for.
struct AssumedEngine: ParsableArguments {
    @Option(name: [.customShort("n"), .long], help: "Prompts in flight at the same time.")
    var slots: Int?

    @Option(
        help: ArgumentHelp(
            "The quantisation whose published figures are used when no engine is configured.",
            valueName: "name"))
    var quantization: String?

    @Option(
        help: ArgumentHelp(
            """
            What an engine is taken to run on when none is configured: gpu (as measured on an H200) or processor. Without \
            it, this machine's GPU, else what the quantisation's figures were published of.
            """,
            valueName: "gpu|processor"),
        transform: { name in
            guard let kind = DeviceKind(rawValue: name), kind != .unknown else {
                throw ValidationError("'\(name)' is neither gpu nor processor.")
            }
            return kind
        })
    var device: DeviceKind?

    /// As flags of the configuration.
    var flags: [String: String?] { ["engine.slots": slots.map(String.init)] }
}
