import Speculation
import Testing

@testable import DecisionSimulation

/// The ablation leaves no constant out.
@Suite struct AblationRowTests {
    /// Every figure of the constants, by its path.
    private func figures(_ value: Any, at path: String = "") -> [String: String] {
        let mirror = Mirror(reflecting: value)
        guard !mirror.children.isEmpty else { return [path: "\(value)"] }
        return mirror.children.enumerated().reduce(into: [:]) { all, child in
            let name = child.element.label ?? "\(child.offset)"
            all.merge(figures(child.element.value, at: "\(path)/\(name)")) { one, _ in one }
        }
    }

    @Test func everyConstantIsDoubledAndHalved() {
        for factor in [2.0, 0.5] {
            var variant = SimulatedDaemon.Variant()
            for (_, scale) in AblationRow.scalings { scale(&variant, factor) }
            let (before, after) = (figures(Constants()), figures(variant.constants))
            #expect(before.count == after.count && before.count > 40)
            for (path, value) in before {
                #expect(after[path] != value, "\(path)")
            }
        }
    }

    @Test func rowsHaveNamesOfTheirOwn() {
        let names = (AblationRow.parts + AblationRow.scaledConstants).map(\.name)
        #expect(Set(names).count == names.count)
        #expect(AblationRow.scaledConstants.count == 2 * AblationRow.scalings.count)
    }

    @Test func aRowIsComparedOnTheSameEngines() async throws {
        let ablation = try await Ablation(seeds: [1, 4], prompts: 12)
        let nothing = try await ablation.finding(AblationRow("nothing") { _ in })
        #expect(nothing.mean == 0 && nothing.worst == 0)
        let blind = try await ablation.finding(AblationRow("no classifier") { $0.classification = .none })
        #expect(blind.mean.isFinite && blind.meanError.isFinite)
    }

    /// A loss that is not known well enough is no reason to take anything away.
    @Test func whatIsNotKnownIsKept() {
        func finding(mean: Double, error: Double) -> Ablation.Finding {
            Ablation.Finding(name: "", mean: mean, meanError: error, worst: 0, beyond: 0)
        }
        #expect(finding(mean: 0.001, error: 0.001).isDispensable)
        #expect(!finding(mean: 0.001, error: 0.01).isDispensable)
        #expect(!finding(mean: 0.001, error: .nan).isDispensable)
        #expect(finding(mean: -0.001, error: 0.001).isWithoutEffect)
        #expect(!finding(mean: -0.001, error: 0.01).isWithoutEffect)
    }
}
