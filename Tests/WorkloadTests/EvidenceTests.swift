import Foundation
import Testing

@testable import Workload

@Suite struct EvidenceTests {
    private let classifier: WorkloadClassifier

    init() throws {
        classifier = try BuiltIn.classifier
    }

    @Test func theLoudestComeFirstAndAreNamedReadably() {
        let request = WorkloadRequest(prompt: "Translate to French: the ferry leaves at noon")
        let evidence = classifier.evidence(for: request, limit: 10)
        #expect(evidence.count == 10)
        #expect(evidence.map { abs($0.weight) } == evidence.map { abs($0.weight) }.sorted(by: >))
        #expect(evidence.contains { $0.name.contains("translate") || $0.name.contains("translating") })
    }

    @Test func propertiesOfTheRequestAreNamed() {
        let request = WorkloadRequest(
            turns: [.init(role: .user, text: "Give me the names.")], wantsJSON: true)
        let names = classifier.evidence(for: request, limit: 1000).map(\.name)
        #expect(names.contains("shape: a JSON or grammar answer is required"))
    }

    @Test func limits() {
        let request = WorkloadRequest(prompt: "What is a fjord?")
        #expect(classifier.evidence(for: request, limit: 0).isEmpty)
        #expect(classifier.evidence(for: request, limit: -3).isEmpty)
        #expect(classifier.evidence(for: request, limit: 2).count == 2)
    }

    @Test func allEvidenceTogetherIsTheMargin() throws {
        // What the features add, with the biases, is the label's lead over the average workload.
        let request = WorkloadRequest(prompt: "Prove that the square root of 2 is irrational.")
        let result = classifier.classify(request)
        let total = classifier.evidence(for: request, limit: .max).reduce(0) { $0 + $1.weight }
        let logs = Workload.allCases.map { log(result.distribution[$0]) }
        let lead = log(result.confidence) - logs.reduce(0, +) / 8
        let weights = try ClassifierWeights.builtIn()
        let position = result.label.position
        let bias = Double((weights.bias[position] - weights.bias.sum() / 8) / weights.temperature)
        #expect(abs(total + bias - lead) < 1e-3)
    }
}
