import Foundation

/// Batches the demo model can answer.
enum Prompts {
    static let functions = [
        "checks whether a number is even", "adds two numbers", "reverses a string",
        "counts the words in a text",
        "finds the largest number in a list", "computes the factorial of a number",
    ]

    /// `count` lines of simple JSONL that ask for code; `extra` goes into every line.
    static func code(_ count: Int, prefix: String = "code", extra: String = "") -> String {
        (0..<count).map { index in
            let task = functions[index % functions.count]
            return """
                {"id": "\(prefix)-\(index)", "prompt": "Write a Python function that \(task).", \
                "max_tokens": 64, "temperature": 0\(extra)}
                """
        }.joined(separator: "\n") + "\n"
    }

    /// Long answers: stories that go on until the limit.
    static func stories(_ count: Int, tokens: Int, prefix: String = "story") -> String {
        (0..<count).map { index in
            """
            {"id": "\(prefix)-\(index)", "prompt": "Write a short story about a lighthouse, part \(index).", \
            "max_tokens": \(tokens), "temperature": 0.8, "seed": \(index), "ignore_eos": true}
            """
        }.joined(separator: "\n") + "\n"
    }
}
