import ArgumentParser

/// What decisions are worth, in counted time: simulated engines under the daemon's own code.
@main
struct DecisionBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "DecisionBenchmark",
        abstract: "Runs the daemon's decisions on simulated engines in counted time.",
        subcommands: [SimulateCommand.self, GatesCommand.self, AblateCommand.self, DrawCommand.self])
}
