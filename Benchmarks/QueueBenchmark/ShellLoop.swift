import Foundation

/// The same work as people do it without a queue: read a line, ask with curl, pick the answer with jq.
struct ShellLoop {
    let site: BenchmarkSite

    private static let script = """
        set -eu
        while IFS= read -r line; do
            body=$(jq -c .body <<<"$line")
            answer=$(curl -sf --unix-socket "$1" -H 'content-type: application/json' -d "$body" \
                http://localhost/v1/chat/completions)
            jq -c --argjson request "$line" '{custom_id: $request.custom_id, response: {status_code: 200, body: .}}' \
                <<<"$answer"
        done <"$2" >"$3"
        """

    /// - Returns: Prompts a second.
    func measure(prompts: Int) async throws -> Double {
        let (input, output) = (site.root + "/shell.jsonl", site.root + "/shell-output.jsonl")
        let lines = (0..<prompts).map(Throughput.line).joined()
        try lines.write(toFile: input, atomically: true, encoding: .utf8)
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/bash")
        shell.arguments = ["-c", Self.script, "shell-loop", site.socket, input, output]
        let start = ContinuousClock.now
        try shell.run()
        shell.waitUntilExit()
        let seconds = start.duration(to: .now) / .seconds(1)
        guard shell.terminationStatus == 0 else {
            throw BenchmarkFailure("the shell loop failed; it needs curl and jq")
        }
        let answers = try Throughput.lineCount(output)
        guard answers == prompts else { throw BenchmarkFailure("the shell loop gave \(answers) answers") }
        return Double(prompts) / seconds
    }
}
