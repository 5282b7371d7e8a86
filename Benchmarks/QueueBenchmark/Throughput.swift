import Foundation

/// Measures prompts a second from the drop of files to their final outputs.
struct Throughput {
    /// Seldom enough that the small files dropped beside a big one do not cost it much.
    private static let pollsPerDrop = 20

    let site: BenchmarkSite

    /// One file; small ones are dropped beside it now and then, to see how soon they are claimed.
    func bigFile(prompts: Int) async throws -> ThroughputFigures {
        let name = "big-\(prompts)"
        return try await measure(prompts: prompts) {
            try site.drop(name + ".jsonl") { handle in
                for start in stride(from: 0, to: prompts, by: 10_000) {
                    let lines = (start..<min(start + 10_000, prompts)).map(Self.line)
                    try handle.write(contentsOf: Data(lines.joined().utf8))
                }
            }
        } isDone: {
            FileManager.default.fileExists(atPath: site.output + "/" + name + "/summary.json")
        } check: {
            let path = site.output + "/" + name
            let answers = try Self.lineCount(path + "/output.jsonl")
            guard answers == prompts else { throw BenchmarkFailure("\(path) has \(answers) answers") }
        }
    }

    /// Many files of a few prompts, dropped together.
    func smallFiles(count: Int, promptsEach: Int) async throws -> ThroughputFigures {
        try await measure(prompts: count * promptsEach) {
            for file in 0..<count {
                try site.drop("small-\(file).jsonl") { handle in
                    let lines = (0..<promptsEach).map { Self.line(file * promptsEach + $0) }
                    try handle.write(contentsOf: Data(lines.joined().utf8))
                }
            }
        } isDone: {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: site.output)) ?? []
            return names.count { $0.hasPrefix("small-") } == count
        } check: {
            for file in 0..<count {
                let path = site.output + "/small-\(file)/output.jsonl"
                let answers = try Self.lineCount(path)
                guard answers == promptsEach else { throw BenchmarkFailure("\(path) has \(answers) answers") }
            }
        }
    }

    private func measure(
        prompts: Int, drop: () throws -> Void, isDone: () -> Bool, check: () throws -> Void
    ) async throws -> ThroughputFigures {
        let process = site.daemon.processIdentifier
        try await site.wait("the daemon is idle") { try openPrompts() == (0, 0) }
        try drop()
        let before = ProcessFigures(of: process)
        let answeredBefore = try answered()
        let start = ContinuousClock.now
        var firstAnswer: Double?
        var lastAnswer: Double?
        var peak = before.residentMegabytes
        var latencies: [Double] = []
        var polls = 0
        while !isDone() {
            let now = start.duration(to: .now) / .seconds(1)
            let done = try answered() - answeredBefore
            if firstAnswer == nil, done > 0 { firstAnswer = now }
            if lastAnswer == nil, done >= prompts { lastAnswer = now }
            peak = max(peak, ProcessFigures(of: process).residentMegabytes)
            polls += 1
            if prompts >= 100_000, polls % Self.pollsPerDrop == 0 {
                latencies.append(
                    try ClaimLatency(site: site).dropOne("busy-\(prompts)-\(latencies.count).txt"))
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        let seconds = start.duration(to: .now) / .seconds(1)
        let after = ProcessFigures(of: process)
        try check()
        return ThroughputFigures(
            prompts: prompts, seconds: seconds, cpuSeconds: after.cpuSeconds - before.cpuSeconds,
            peakMegabytes: peak,
            writtenBytesPerPrompt: (after.writtenMegabytes - before.writtenMegabytes) * 1e6 / Double(prompts),
            ioCallsPerPrompt: (after.ioCalls - before.ioCalls) / Double(prompts),
            firstAnswer: firstAnswer ?? 0, lastAnswer: lastAnswer ?? seconds,
            busyLatencies: Latencies(latencies))
    }

    private struct Status: Decodable {
        let queued: Int
        let running: Int
        let answered: Int
    }

    private func status() throws -> Status {
        let bytes = FileManager.default.contents(atPath: site.root + "/spool/status.json") ?? Data()
        return try JSONDecoder().decode(Status.self, from: bytes)
    }

    private func openPrompts() throws -> (Int, Int) {
        let status = try status()
        return (status.queued, status.running)
    }

    private func answered() throws -> Int { try status().answered }

    static func line(_ number: Int) -> String {
        """
        {"custom_id":"request-\(number)","method":"POST","url":"/v1/chat/completions","body":{"model":"instant",\
        "messages":[{"role":"system","content":"You are a helpful assistant."},{"role":"user","content":\
        "Summarize what happened on day \(number) of the voyage in two sentences."}],"max_tokens":100}}

        """
    }

    static func lineCount(_ path: String) throws -> Int {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        var count = 0
        while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty {
            count += chunk.count { $0 == UInt8(ascii: "\n") }
        }
        return count
    }
}
