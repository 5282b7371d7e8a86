import Foundation
import TestSupport

/// Step costs measured on a GPU, from `docs/data/step-costs-h200.json` (machine and method inside it).
struct MeasuredStepCosts: Decodable {
    struct Cell: Decodable {
        let depth: Int
        let slots: Int
        let draftsPerStep: Double
        /// Milliseconds of a step, in each round.
        let rounds: [Double]

        var place: [Int] { [depth, slots] }

        enum CodingKeys: String, CodingKey {
            case depth, slots, rounds
            case draftsPerStep = "drafts_per_step"
        }
    }

    private struct Run: Decodable {
        let model: String
        let usesNeighbouringSlots: Bool
        let cells: [Cell]

        enum CodingKeys: String, CodingKey {
            case model, cells
            case usesNeighbouringSlots = "neighbouring_slots"
        }
    }

    private let runs: [Run]

    /// The cells of the Q4_K model that were measured as the daemon runs an engine: with busy slots side by side, which
    /// one slot of 16 and all of them always are.
    var cells: [Cell] {
        runs.filter { $0.model.hasSuffix("Q4_K") }.flatMap { run in
            run.cells.filter { run.usesNeighbouringSlots || $0.slots == 1 || $0.slots == 16 }
        }
    }

    static func load() throws -> MeasuredStepCosts {
        let path = TestPaths.projectRoot + "/docs/data/step-costs-h200.json"
        return try JSONDecoder().decode(
            MeasuredStepCosts.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }
}
