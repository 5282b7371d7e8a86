import Foundation
import Workload

/// Measures the workload classifier: microseconds a prompt, and with labelled prompts how right and how well
/// calibrated it is.
///
/// usage: `ClassifierBenchmark [--dev FILE.jsonl]…`, each line with `prompt`, `workload`, and optional `alt` (a second
/// label that also counts as right) and `language`. Build it with `-c release`.
@main
struct ClassifierBenchmark {
    static func main() throws {
        var arguments = CommandLine.arguments.dropFirst()
        var files: [String] = []
        while let argument = arguments.popFirst() {
            guard argument == "--dev", let file = arguments.popFirst() else {
                print("usage: ClassifierBenchmark [--dev FILE.jsonl]…")
                exit(64)
            }
            files.append(file)
        }
        let classifier = try WorkloadClassifier()
        SpeedReport(classifier).write()
        for file in files {
            let text = try String(contentsOfFile: file, encoding: .utf8)
            let prompts = try text.split(separator: "\n").map {
                try JSONDecoder().decode(LabelledPrompt.self, from: Data($0.utf8))
            }
            print("\n\(file)")
            AccuracyReport(prompts, classifier: classifier).write()
        }
    }
}
