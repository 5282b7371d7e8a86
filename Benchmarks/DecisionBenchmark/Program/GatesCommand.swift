import ArgumentParser
import DecisionSimulation

/// What is asked of decisions over drawn engines.
struct GatesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gates", abstract: "Fails where decisions over drawn engines are worse than they were.")

    @Option(help: "Engines, drawn with seeds from 0 on.")
    var engines = 100

    @Option(help: "Prompts of each batch.")
    var prompts = 150

    func run() async throws {
        let verdict = try await DecisionGates(engines: engines, prompts: prompts).verdict()
        print(verdict)
        guard verdict.isGood else { throw ExitCode.failure }
    }
}
