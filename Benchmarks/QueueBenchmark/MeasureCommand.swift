import ArgumentParser
import Foundation

/// Runs the measurements one after another and prints them; the last line is one JSON object.
struct MeasureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure",
        abstract: "Measures throughput, memory, latency, and the same work by clients without a queue.")

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

    @Option(help: "Prompts given to each client of Clients.")
    var clientPrompts = 10_000

    @Option(help: "A Python that has Clients/requirements.txt; without it those clients are left out.")
    var clientPython: String?

    @Option(help: "Where the programs of the clients are.")
    var clients = "Benchmarks/QueueBenchmark/Clients"

    @Option(help: "Prompts in flight in the daemon, and in each of the clients.")
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

        var table = ComparisonTable()
        table.add(
            "draftspoold", prompts: prompts, perSecond: big.promptsPerSecond,
            cpuMicroseconds: big.cpuMicrosecondsPerPrompt, residentMegabytes: big.peakMegabytes)
        let clientFigures = try measureClients(site: site)
        for client in ClientProgram.all {
            guard let figures = clientFigures[client.name] else { continue }
            table.add(
                client.title, prompts: figures.prompts, perSecond: figures.promptsPerSecond,
                cpuMicroseconds: figures.cpuMicrosecondsPerPrompt,
                residentMegabytes: figures.residentMegabytes)
        }
        let shell = try await ShellLoop(site: site).measure(prompts: shellPrompts)
        table.add(
            "a shell loop of curl and jq", prompts: shellPrompts, perSecond: shell, cpuMicroseconds: nil,
            residentMegabytes: nil)
        print(table.text)

        let result = BenchmarkResult(
            promptsPerSecond: big.promptsPerSecond, versusShellLoop: big.promptsPerSecond / shell,
            closeToClaimP99Milliseconds: latencies.percentile(99), residentMegabytes: big.peakMegabytes,
            cpuMicrosecondsPerPrompt: big.cpuMicrosecondsPerPrompt, clients: clientFigures)
        print(try result.json())
    }

    /// By name; nothing where there is no Python for them.
    private func measureClients(site: BenchmarkSite) throws -> [String: ClientFigures] {
        guard let clientPython else { return [:] }
        var figures: [String: ClientFigures] = [:]
        for client in ClientProgram.all {
            figures[client.name] = try client.measure(
                prompts: clientPrompts, site: site, programs: clients, python: clientPython)
        }
        return figures
    }
}
