import Foundation
import Spool
import Synchronization
import Testing

@Suite("An endpoint that loads its model when the daemon starts", .serialized)
struct LoadingEndpointTests {
    @Test("It is waited for, though it is the only engine, and the status says so")
    func start() async throws {
        let site = try TestSite()
        let isLoading = Mutex(true)
        let engine = try FaultyEngine(
            listeningOn: site.root + "/e.sock", isLoading: { isLoading.withLock { $0 } }
        ) { _ in .completion() }
        defer { engine.stop() }
        try site.configure(engine: "  endpoint: unix:\(site.root)/e.sock\n  slots: 2\n")
        let daemon = try site.launch()
        try await site.wait("the status says what is waited for") {
            guard daemon.isRunning else { throw TestFailure("the daemon ended:\n\(site.log)") }
            guard let status = try site.status() else { return false }
            return status.state == .starting && status.message.contains("Loading model")
        }
        try site.drop("batch.jsonl", #"{"id": "p", "prompt": "Why?"}"# + "\n")
        isLoading.withLock { $0 = false }
        #expect(try await site.output("batch").answeredIDs == ["p"])
        try await site.wait("nothing is missing any more") {
            try site.status()?.state == .ready && site.status()?.engineTroubles == []
        }
    }
}
