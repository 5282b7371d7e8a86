import ArgumentParser
import DecisionSimulation
import Foundation

/// Writes a drawn engine as files, to be put under the real daemon by EngineSimulator.
struct DrawCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draw", abstract: "Writes the profile and the prompt groups of a drawn engine.")

    @Argument(help: "The engine's seed.")
    var seed: UInt64

    @Option(help: "Where to write what the engine costs.")
    var profile: String

    @Option(help: "Where to write how groups of prompts behave.")
    var groups: String

    func run() throws {
        let engine = DrawnEngine(seed: seed)
        try Data(engine.profile.serialized()).write(to: URL(fileURLWithPath: profile))
        try Data(engine.groups.serialized()).write(to: URL(fileURLWithPath: groups))
        Lines.progress("\(engine.slots) slots at most")
    }
}
