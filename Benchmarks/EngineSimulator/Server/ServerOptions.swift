import EngineSimulation

/// The command line: llama-server's, and what the simulation needs beside it.
struct ServerOptions {
    var model = ""
    var slots = 1
    /// Of all slots together; 0: the usual number for each.
    var contextTokens = 0
    var host = "127.0.0.1"
    var port = 8080
    var apiKeyFile: String?
    var depth = 0
    var pMin = 0.0
    var profileFile = ""
    var promptsFile = ""
    /// How many times faster than the profile everything goes, and is reported to have gone.
    var timeScale = 1.0
    var seed: UInt64 = 1
    /// The moment, in seconds since 1970, from which the drift counts; nil: the program's start.
    var driftOrigin: Double?
    var isUndisturbed = false
    var asksForVersion = false
    var asksForHelp = false

    var contextTokensPerSlot: Int { contextTokens > 0 ? contextTokens / max(1, slots) : 4096 }
    var isUNIXSocket: Bool { host.hasSuffix(".sock") }

    /// Names that mean the same, and options that only the real engine acts on.
    private static let aliases = [
        "--model": "-m", "--parallel": "-np", "--ctx-size": "-c",
        "--draft-max": "--spec-draft-n-max", "--draft-p-min": "--spec-draft-p-min",
    ]
    private static let ignoredWithValue: Set = [
        "-t", "--threads", "-b", "-ub", "-ngl", "--n-gpu-layers", "--device", "--cache-type-k",
        "--cache-type-v",
        "--cache-ram", "--webui", "-fa", "--ctx-checkpoints",
    ]
    private static let ignored: Set = [
        "--metrics", "--slots", "--no-ui", "--no-webui", "--jinja", "--log-disable", "--no-repack",
    ]

    init(_ arguments: some Sequence<String>) throws(SimulatorFailure) {
        var remaining = Array(arguments)[...]
        while let given = remaining.popFirst() {
            let option = Self.aliases[given] ?? given
            if Self.ignored.contains(option) { continue }
            if try setFlag(option) { continue }
            guard let value = remaining.popFirst() else {
                throw SimulatorFailure("error: \(given) is unknown, or its value is missing")
            }
            try set(option, to: value)
        }
    }

    private mutating func setFlag(_ option: String) throws(SimulatorFailure) -> Bool {
        switch option {
        case "--undisturbed": isUndisturbed = true
        case "--version": asksForVersion = true
        case "--help", "-h": asksForHelp = true
        default: return false
        }
        return true
    }

    private mutating func set(_ option: String, to value: String) throws(SimulatorFailure) {
        switch option {
        case "-m": model = value
        case "-np": slots = try Self.number(option, value) { $0 > 0 }
        case "-c": contextTokens = try Self.number(option, value) { $0 >= 0 }
        case "--host": host = value
        case "--port": port = try Self.number(option, value) { (0...65535).contains($0) }
        case "--api-key-file": apiKeyFile = value
        case "--spec-type": try setSpeculation(value)
        case "--spec-draft-n-max": depth = try Self.number(option, value) { $0 >= 0 }
        case "--spec-draft-p-min": pMin = try Self.number(option, value) { (0...1).contains($0) }
        case "--profile": profileFile = value
        case "--prompts": promptsFile = value
        case "--time-scale": timeScale = try Self.number(option, value) { $0 > 0 && $0.isFinite }
        case "--seed": seed = try Self.number(option, value) { _ in true }
        case "--drift-origin": driftOrigin = try Self.number(option, value) { $0.isFinite }
        case _ where Self.ignoredWithValue.contains(option): break
        default: throw SimulatorFailure("error: invalid argument: \(option)")
        }
    }

    /// `draft-mtp`, whose depth has its own option and is 3 without, or ik_llama.cpp's `mtp:n_max=3,p_min=0.5`.
    private mutating func setSpeculation(_ value: String) throws(SimulatorFailure) {
        switch value {
        case "none": break
        case "draft-mtp": depth = max(depth, 3)
        case _ where value.hasPrefix("mtp:"):
            for part in value.dropFirst(4).split(separator: ",") {
                let pair = part.split(separator: "=").map(String.init)
                switch pair.first {
                case "n_max" where pair.count == 2: depth = try Self.number("n_max", pair[1]) { $0 >= 0 }
                case "p_min" where pair.count == 2:
                    pMin = try Self.number("p_min", pair[1]) { (0...1).contains($0) }
                default: throw SimulatorFailure("error: --spec-type mtp has no parameter '\(part)'")
                }
            }
        default:
            throw SimulatorFailure(
                "error: --spec-type \(value) is not simulated; use draft-mtp or mtp:n_max=N")
        }
    }

    private static func number<Number: LosslessStringConvertible>(
        _ option: String, _ value: String, isPossible: (Number) -> Bool
    ) throws(SimulatorFailure) -> Number {
        guard let number = Number(value), isPossible(number) else {
            throw SimulatorFailure("error: \(option) cannot be '\(value)'")
        }
        return number
    }
}
