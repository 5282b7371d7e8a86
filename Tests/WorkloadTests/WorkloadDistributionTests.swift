import Foundation
import TestSupport
import Testing

@testable import Workload

@Suite struct WorkloadDistributionTests {
    @Test func positionsFollowAllCases() {
        #expect(Workload.allCases.map(\.position) == Array(0..<8))
    }

    @Test func certainIsOneEverywhereElseZero() {
        for workload in Workload.allCases {
            let distribution = WorkloadDistribution(certain: workload)
            #expect(distribution.label == workload)
            #expect(distribution.confidence == 1)
            #expect(Workload.allCases.filter { distribution[$0] > 0 } == [workload])
        }
    }

    @Test func uniformIsAnEighthAndItsLabelTheFirst() {
        #expect(Workload.allCases.allSatisfy { WorkloadDistribution.uniform[$0] == 0.125 })
        #expect(WorkloadDistribution.uniform.label == .code)
    }

    @Test func anyInputSumsToOne() {
        var random = SeededGenerator(seed: 3)
        let odd: [Double] = [
            .nan, .infinity, -.infinity, -1, 0, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
        ]
        for _ in 0..<500 {
            let values = (0..<Int.random(in: 0...10, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? Double.random(in: 0...5, using: &random) : odd.randomElement(using: &random) ?? 0
            }
            let distribution = WorkloadDistribution(probabilities: values)
            let sum = Workload.allCases.reduce(0) { $0 + distribution[$1] }
            #expect(abs(sum - 1) < 1e-9, "\(values)")
            #expect(Workload.allCases.allSatisfy { distribution[$0] >= 0 })
            #expect(distribution[distribution.label] == distribution.confidence)
        }
    }

    @Test func tiesGoToTheEarliest() {
        let tied = WorkloadDistribution(probabilities: [0, 0, 3, 1, 3, 0, 3, 0])
        #expect(tied.label == .factual)
    }

    @Test func codingKeepsTheProbabilitiesByName() throws {
        let distribution = WorkloadDistribution(probabilities: [9, 0, 1])
        let data = try JSONEncoder().encode(distribution)
        let object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Double])
        #expect(object.count == 8)
        #expect(object["code"] == 0.9)
        #expect(try JSONDecoder().decode(WorkloadDistribution.self, from: data) == distribution)
    }

    @Test func decodingFillsInAndScales() throws {
        let data = Data(#"{"math": 1, "creative": 3}"#.utf8)
        let distribution = try JSONDecoder().decode(WorkloadDistribution.self, from: data)
        #expect(distribution[.creative] == 0.75)
        #expect(distribution[.code] == 0)
    }

    @Test(arguments: [
        #"{"cooking": 1}"#, #"{"code": -1}"#, "{}", #"{"code": 0}"#, "[1]", #"{"code": "much"}"#,
    ])
    func decodingRefuses(_ text: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(WorkloadDistribution.self, from: Data(text.utf8))
        }
    }
}
