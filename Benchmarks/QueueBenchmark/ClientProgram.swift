import Foundation

/// How people have a file of prompts answered who have no queue: a program in `Clients`, given the engine's socket.
struct ClientProgram {
    static let all = [
        ClientProgram(name: "openai", title: "openai's AsyncOpenAI", file: "openai_client.py"),
        ClientProgram(
            name: "openai_aiohttp", title: "openai's AsyncOpenAI by aiohttp", file: "openai_client.py",
            arguments: ["--over-aiohttp"]),
        ClientProgram(name: "run_batch", title: "a loop like vllm run-batch", file: "run_batch.py"),
    ]

    /// Its name in the benchmark's JSON.
    let name: String
    let title: String
    let file: String
    var arguments: [String] = []

    /// Has prompts answered with as many in flight as the daemon has slots.
    ///
    /// - Parameter python: an interpreter that has `Clients/requirements.txt`.
    func measure(prompts: Int, site: BenchmarkSite, programs: String, python: String) throws -> ClientFigures
    {
        let (input, answers) = (site.root + "/\(name).jsonl", site.root + "/\(name)-answers.jsonl")
        let lines = (0..<prompts).map(Throughput.line).joined()
        try lines.write(toFile: input, atomically: true, encoding: .utf8)
        let program = Process()
        program.executableURL = URL(fileURLWithPath: python)
        program.arguments =
            ["-B", programs + "/" + file, site.socket, input, answers, "--in-flight", "\(site.slots)"]
            + arguments
        let output = Pipe()
        program.standardOutput = output
        try program.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        program.waitUntilExit()
        guard program.terminationStatus == 0 else {
            throw BenchmarkFailure("\(program.arguments?.joined(separator: " ") ?? file) failed; see above")
        }
        let answered = try Throughput.lineCount(answers)
        guard answered == prompts else { throw BenchmarkFailure("\(title) gave \(answered) answers") }
        return try JSONDecoder().decode(ClientFigures.self, from: printed)
    }
}
