import Foundation
import Workload

/// How right and how well calibrated the classifier is on labelled prompts. A right second label counts as right.
struct AccuracyReport {
    /// The four tasks of the published speed table, by workload.
    private static let publishedTask: [Workload: Workload] = [
        .code: .code, .math: .factual, .factual: .factual, .translation: .factual, .summarization: .analysis,
        .extraction: .analysis, .analysis: .analysis, .creative: .creative,
    ]

    private let prompts: [LabelledPrompt]
    private let results: [Classification]
    private let isRight: [Bool]

    init(_ prompts: [LabelledPrompt], classifier: WorkloadClassifier) {
        self.prompts = prompts
        results = prompts.map { classifier.classify(WorkloadRequest(prompt: $0.prompt)) }
        isRight = zip(prompts, results).map { $1.label == $0.workload || $1.label == $0.alt }
    }

    /// Prints all figures.
    func write() {
        print(
            String(
                format: "%d prompts: accuracy %.4f, macro-F1 %.4f, four tasks %.4f, calibration error %.4f",
                prompts.count, share(isRight), macroF1(), share(foldedRight()), calibrationError()))
        for (language, members) in Dictionary(grouping: prompts.indices, by: { prompts[$0].language })
            .sorted(by: { ($0.key ?? "") < ($1.key ?? "") })
        {
            guard let language else { continue }
            print(
                String(
                    format: "  %@: %d prompts, accuracy %.3f", language, members.count,
                    share(members.map { isRight[$0] })))
        }
        print("confusion, rows: label, columns: prediction")
        print("               " + Workload.allCases.map { Self.pad($0.rawValue.prefix(6)) }.joined())
        let confusion = confusion()
        for row in Workload.allCases {
            let counts = Workload.allCases.map { Self.pad("\(confusion[row]?[$0] ?? 0)") }.joined()
            print(row.rawValue.padding(toLength: 15, withPad: " ", startingAt: 0) + counts)
        }
    }

    /// The label a prompt counts under: its second one when that was predicted.
    private func confusion() -> [Workload: [Workload: Int]] {
        var confusion: [Workload: [Workload: Int]] = [:]
        for (index, prompt) in prompts.enumerated() {
            let label = isRight[index] ? results[index].label : prompt.workload
            confusion[label, default: [:]][results[index].label, default: 0] += 1
        }
        return confusion
    }

    private func macroF1() -> Double {
        let confusion = confusion()
        let scores = Workload.allCases.map { workload in
            let hits = Double(confusion[workload]?[workload] ?? 0)
            let actual = confusion[workload]?.values.reduce(0, +) ?? 0
            let predicted = confusion.values.reduce(0) { $0 + ($1[workload] ?? 0) }
            return 2 * hits / Double(max(actual + predicted, 1))
        }
        return scores.reduce(0, +) / Double(scores.count)
    }

    private func foldedRight() -> [Bool] {
        zip(prompts, results).map { prompt, result in
            let task = Self.publishedTask[result.label]
            return task == Self.publishedTask[prompt.workload]
                || prompt.alt.map { task == Self.publishedTask[$0] } ?? false
        }
    }

    /// Expected calibration error over ten equal bins of confidence.
    private func calibrationError() -> Double {
        let bins = Dictionary(grouping: results.indices) { min(Int(results[$0].confidence * 10), 9) }
        return bins.values.reduce(0) { error, members in
            let confidence = members.reduce(0) { $0 + results[$1].confidence } / Double(members.count)
            let accuracy = share(members.map { isRight[$0] })
            return error + abs(accuracy - confidence) * Double(members.count) / Double(results.count)
        }
    }

    private func share(_ values: [Bool]) -> Double {
        Double(values.count { $0 }) / Double(max(values.count, 1))
    }

    private static func pad(_ text: some StringProtocol) -> String {
        String(repeating: " ", count: max(0, 8 - text.count)) + text
    }
}
