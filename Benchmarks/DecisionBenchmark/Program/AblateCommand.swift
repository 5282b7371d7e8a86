import ArgumentParser
import DecisionSimulation
import Foundation

/// What each part and each constant of estimating and choosing is worth.
struct AblateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ablate",
        abstract: "Takes one part away at a time, or changes one constant, on the same engines and batches.")

    @Option(help: "Engines, drawn with seeds from 1000 on, so that they are not those of the gates.")
    var engines = 60

    @Option(help: "Prompts of each batch.")
    var prompts = 300

    @Option(help: "Only rows whose name has this in it.")
    var only = ""

    @Flag(help: "Parts only, no constants.")
    var parts = false

    func run() async throws {
        func isWanted(_ row: AblationRow) -> Bool { only.isEmpty || row.name.contains(only) }
        let ablation = try await Ablation(
            seeds: (0..<UInt64(engines)).map { 1000 + $0 }, prompts: prompts)
        Lines.result("\(engines) engines, \(prompts) prompts each; changes in percent of the whole's time\n")
        Lines.result("| changed | mean (standard error) | 95th percentile | more than 5 % slower | |")
        Lines.result("|---|---|---|---|---|")
        show(ablation.itself, verdict: "")
        for row in AblationRow.parts.filter(isWanted) {
            let finding = try await ablation.finding(row)
            show(
                finding,
                verdict: !row.isTried ? "not tried here" : finding.isDispensable ? "dispensable" : "")
        }
        for row in parts ? [] : AblationRow.scaledConstants.filter(isWanted) {
            let finding = try await ablation.finding(row)
            show(finding, verdict: finding.isWithoutEffect ? "without effect" : "")
        }
    }

    private func show(_ finding: Ablation.Finding, verdict: String) {
        Lines.result(
            String(
                format: "| %@ | %+.2f (%.2f) | %+.2f | %.0f %% | %@ |", finding.name, 100 * finding.mean,
                100 * finding.meanError, 100 * finding.worst, finding.beyond, verdict))
    }
}
