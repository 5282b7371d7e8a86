import Foundation
import Testing

@testable import Speculation

/// A model of 27B's shape on a real GPU: 25 places of depth and busy slots.
@Suite struct MeasuredStepCostTests {
    /// What is learned from so many times the measured rounds, two to six of each place.
    private func model(of cells: [MeasuredStepCosts.Cell], times: Int) -> CostModel {
        var model = CostModel(on: .unknown, costRatioAtDepth3: 1.6)
        for _ in 0..<times {
            for cell in cells {
                for milliseconds in cell.rounds {
                    model.learn(
                        DraftSetting(depth: cell.depth), busySlots: Double(cell.slots),
                        drafts: cell.draftsPerStep, milliseconds: milliseconds, steps: 50)
                }
            }
        }
        return model
    }

    /// log of the estimated over the measured time of a step at a place, by the median of its rounds.
    private func error(_ model: CostModel, at cells: [MeasuredStepCosts.Cell]) -> Double {
        let rounds = cells.flatMap(\.rounds).sorted()
        let measured = (rounds[(rounds.count - 1) / 2] + rounds[rounds.count / 2]) / 2
        let drafts = cells.reduce(0) { $0 + $1.draftsPerStep } / Double(cells.count)
        let estimate = model.estimate(
            DraftSetting(depth: cells[0].depth), drafts: drafts, busySlots: Double(cells[0].slots))
        return estimate.logMilliseconds - log(measured)
    }

    @Test func measuredPlacesAreExplained() throws {
        let cells = try MeasuredStepCosts.load().cells
        let model = model(of: cells, times: 12)
        let places = Dictionary(grouping: cells, by: \.place)
        #expect(places.count == 25)
        for (place, cells) in places {
            let error = error(model, at: cells)
            #expect(abs(error) < 0.06, "depth \(place[0]), \(place[1]) slots: \(error)")
        }
    }

    /// Each place from all others: what kernels change at eight tokens no smooth shape knows.
    @Test func placesNotMeasuredAreEstimated() throws {
        let cells = try MeasuredStepCosts.load().cells
        let errors = Dictionary(grouping: cells, by: \.place).values.map { here in
            let others = cells.filter { $0.place != here[0].place }
            return abs(error(model(of: others, times: 2), at: here))
        }.sorted()
        #expect(errors[errors.count / 2] < 0.12, "\(errors)")
        #expect(errors[errors.count * 9 / 10] < 0.25, "\(errors)")
    }
}
