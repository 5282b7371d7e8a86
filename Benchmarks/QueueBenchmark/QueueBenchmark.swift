import ArgumentParser

/// `make bench-queue`: what the queue itself costs, measured with an engine that answers at once.
@main
struct QueueBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "QueueBenchmark",
        abstract: "Measures draftspoold with an engine that answers at once.",
        subcommands: [MeasureCommand.self, InstantEngineCommand.self],
        defaultSubcommand: MeasureCommand.self)
}
