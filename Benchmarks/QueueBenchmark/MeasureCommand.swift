import ArgumentParser
import Foundation

/// Runs the measurements one after another and prints them; the last line is one JSON object.
struct MeasureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure",
        abstract: "Measures throughput, memory, latency and the same work by a shell loop.")

    @Option(help: "The daemon to measure.")
    var daemon = ".build/release/draftspoold"

    @Option(help: "Where spool, ledger and socket are put; on the disk to be measured.")
    var directory = NSTemporaryDirectory() + "draftspool-bench"

    @Option(help: "Prompts of the big file.")
    var prompts = 1_000_000

    @Option(help: "Small files of ten prompts each, dropped together.")
    var files = 2_000

    @Option(help: "Files dropped one by one to measure how soon each is claimed.")
    var drops = 500

    @Option(help: "Prompts given to the shell loop.")
    var shellPrompts = 1_000

    @Option(help: "Prompts in flight in the daemon.")
    var slots = 256

    func run() async throws {
        let site = try BenchmarkSite(directory: directory, daemon: daemon, slots: slots)
        defer { site.stop() }
        try await site.start()
        print("draftspoold \(daemon), \(slots) slots, spool in \(directory)")

        let synced = try await ClaimLatency(site: site).measure(drops: drops, isSynced: true)
        print(synced.text("close to claim, idle daemon, \(drops) files synced by their writer"))
        let latencies = try await ClaimLatency(site: site).measure(drops: drops, isSynced: false)
        print(latencies.text("close to claim, idle daemon, \(drops) files"))

        let small = try await Throughput(site: site).smallFiles(count: files, promptsEach: 10)
        print(small.text("\(files) files of 10 prompts"))

        let big = try await Throughput(site: site).bigFile(prompts: prompts)
        print(big.text("one file of \(prompts) prompts"))
        print(big.busyLatencies.text("close to claim, while that ran"))

        let shell = try await ShellLoop(site: site).measure(prompts: shellPrompts)
        print(String(format: "shell loop, curl and jq: %.1f prompts/s over %d prompts", shell, shellPrompts))

        let result = BenchmarkResult(
            promptsPerSecond: big.promptsPerSecond, versusShellLoop: big.promptsPerSecond / shell,
            closeToClaimP99Milliseconds: latencies.percentile(99), residentMegabytes: big.peakMegabytes,
            cpuMicrosecondsPerPrompt: big.cpuMicrosecondsPerPrompt)
        print(try result.json())
    }
}
