import Foundation
import Testing

@testable import Workload

/// Prompts written by hand in five languages; none of them is in the training corpus.
@Suite struct MultilingualTests {
    private struct Prompt: Decodable {
        let language: String
        let workload: Workload
        let prompt: String
    }

    private static func prompts() throws -> [Prompt] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Resources/multilingual.jsonl")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(Prompt.self, from: Data($0.utf8))
        }
    }

    @Test(arguments: ["de", "fr", "es", "zh", "ja"])
    func fourOfFiveAreRight(_ language: String) throws {
        let classifier = try BuiltIn.classifier
        let prompts = try Self.prompts().filter { $0.language == language }
        #expect(prompts.count >= 20)
        let wrong = prompts.filter {
            classifier.classify(WorkloadRequest(prompt: $0.prompt)).label != $0.workload
        }
        let list = wrong.map { "\($0.workload.rawValue): \($0.prompt)" }.joined(separator: "\n")
        #expect(wrong.count * 5 <= prompts.count, "\(list)")
    }
}
