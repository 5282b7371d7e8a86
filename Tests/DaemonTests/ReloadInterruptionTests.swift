import Foundation
import Testing

/// Signals that come while a configuration is read, its engine tried, or the daemon still starts.
@Suite("Signals at awkward moments", .serialized)
struct ReloadInterruptionTests {
    /// Longer than any test waits.
    private let neverReady = ["--start-delay", "3600"]

    private func waitForTrial(of number: Int = 2, at site: TestSite) async throws {
        try await site.wait("a second engine starts") { site.engines.count == number }
    }

    @Test("SIGTERM while a new engine is tried does not wait for it")
    func stopDuringTrial() async throws {
        let site = try FaultyServer.site()
        try await site.start()
        try FaultyServer.configure(site, arguments: neverReady)
        site.signal(SIGHUP)
        try await waitForTrial(at: site)
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
        #expect(site.engines.isEmpty)
        #expect(try site.status()?.state == .stopped)
    }

    @Test("SIGHUP while a new engine is tried: the trial is given up for what the file says now")
    func reloadDuringTrial() async throws {
        let site = try FaultyServer.site()
        try await site.start()
        try FaultyServer.configure(site, arguments: neverReady)
        site.signal(SIGHUP)
        try await waitForTrial(at: site)
        try FaultyServer.configure(site, engine: "  slots: 2")
        site.signal(SIGHUP)
        try await site.wait("the last file holds") { try site.status()?.lanes.first?.slots == 2 }
        try await site.wait("one engine is left") { site.engines.count == 1 }
        #expect(site.log.ranges(of: "Configuration read again").count == 1)
        #expect(!site.log.contains("is refused"))
    }

    @Test("Many SIGHUPs in a row end with one engine of the last configuration, and lose no prompt")
    func manyReloads() async throws {
        let site = try FaultyServer.site()
        try await site.start()
        try site.drop("batch.jsonl", FaultyServer.batch(200))
        for slots in [2, 3, 4, 5, 6, 7] {
            try FaultyServer.configure(
                site, engine: "  slots: \(slots)", arguments: slots % 2 == 0 ? ["--nope"] : [])
            site.signal(SIGHUP)
            if slots % 3 == 0 {
                try await site.wait("it is dealt with") { site.log.contains("Configuration read again") }
            }
        }
        try await site.wait("the last file holds") {
            let lanes = try site.status()?.lanes ?? []
            return lanes.map(\.slots) == [7]
        }
        let output = try await site.output("batch")
        #expect(output.answers.count == 200)
        #expect(output.timings.allSatisfy { $0.attempts == 1 })
        try await site.wait("one engine is left") { site.engines.count == 1 }
    }

    @Test("SIGTERM while the first engine starts stops at once")
    func stopDuringStart() async throws {
        let site = try FaultyServer.site(arguments: neverReady)
        try site.launch()
        try await site.wait("the engine starts") { site.engines.count == 1 }
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
        #expect(site.engines.isEmpty)
    }

    @Test(
        "SIGHUP while the first engine starts: what the file says now is started; READY comes once, with it")
    func reloadDuringStart() async throws {
        let site = try FaultyServer.site(arguments: neverReady)
        let manager = try NotifySocket(path: site.root + "/notify")
        site.environment["NOTIFY_SOCKET"] = manager.path
        try site.launch()
        try await site.wait("the engine starts") { site.engines.count == 1 }
        try FaultyServer.configure(site, arguments: ["--nope"])
        site.signal(SIGHUP)
        try await site.wait("a bad file is refused") { site.log.contains("is refused, the old one stays") }
        #expect(!manager.received().contains { $0.contains("READY=1") || $0.contains("RELOADING=1") })
        try FaultyServer.configure(site, engine: "  slots: 2")
        site.signal(SIGHUP)
        try await site.wait("it is ready") { try site.status()?.state == .ready }
        #expect(try site.status()?.lanes.first?.slots == 2)
        try await site.wait("the manager is told") { manager.received().contains { $0.contains("READY=1") } }
        #expect(manager.received().count { $0.contains("READY=1") } == 1)
        site.signal(SIGHUP)
        try await site.wait("the manager is told that a reload is over") {
            let messages = manager.received()
            guard let begin = messages.firstIndex(where: { $0.contains("RELOADING=1") }) else { return false }
            #expect(messages[begin].contains("MONOTONIC_USEC="))
            return messages[begin...].contains { $0.contains("READY=1") }
        }
    }

    @Test("Signals before the engine program has said what it is: SIGHUP does no harm, SIGTERM stops")
    func signalsBeforeStart() async throws {
        let site = try FaultyServer.site()
        let slow = site.root + "/slow-server"
        try "#!/bin/sh\ntouch \(site.root)/asked\nsleep 600\n".write(
            toFile: slow, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: slow)
        try site.configure(server: slow)
        let daemon = try site.launch()
        try await site.wait("the program is asked") {
            FileManager.default.fileExists(atPath: site.root + "/asked")
        }
        site.signal(SIGHUP)
        #expect(daemon.isRunning)
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
        #expect(site.log.contains("Told to stop before it had started"))
    }
}
