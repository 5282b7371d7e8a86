import Foundation
import TestSupport
import Testing

/// What serves goes on until a new configuration's engine has answered; a reload never ends the service.
@Suite("Reloads", .serialized)
struct ReloadTests {
    private let refusal = "The new configuration is refused, the old one stays"
    private let acceptance = "Configuration read again"

    private func count(_ words: String, in site: TestSite) -> Int { site.log.ranges(of: words).count }

    private func reload(_ site: TestSite, expecting words: String) async throws {
        let before = count(words, in: site)
        site.signal(SIGHUP)
        try await site.wait("the log says '\(words)'") { count(words, in: site) > before }
    }

    private func expectAnswers(_ name: String, at site: TestSite) async throws {
        try site.drop("\(name).jsonl", FaultyServer.batch(3))
        #expect(try await site.output(name).answeredIDs == ["p-0", "p-1", "p-2"])
    }

    @Test("An engine that does not start is refused with its reason; the one that serves goes on")
    func badArguments() async throws {
        let site = try TestSite(engine: "  slots: 2", settings: "speculation:\n  probe: false")
        try await site.start()
        let engines = site.engines
        try site.configure(
            engine: "  slots: 2", settings: "speculation:\n  probe: false",
            extraArguments: ["-t", "1", "--nope"])
        try await reload(site, expecting: refusal)
        #expect(site.log.contains("--nope"))
        #expect(site.daemon?.isRunning == true)
        #expect(engines.allSatisfy(site.engines.contains))
        try site.drop("batch.jsonl", Prompts.code(2))
        #expect(try await site.output("batch").answers.count == 2)
        try await site.wait("nothing is amiss") { try site.status()?.state == .ready }
    }

    @Test("What needs no new engine restarts none, and holds for the one that runs")
    func sameEngine() async throws {
        let site = try FaultyServer.site()
        try await site.start()
        let engines = site.engines
        func configure(stallTimeout: String) throws {
            try FaultyServer.configure(
                site,
                engine: """
                      slots: 4
                      start-timeout: 5m
                      request-timeout: 10m
                      stall-timeout: \(stallTimeout)
                    """,
                settings: """
                    dispatch:
                      retry-delay: 50ms
                      drain-timeout: 5s
                      max-attempts: 2
                    speculation:
                      probe: false
                      max-depth: 0
                    """)
        }
        try configure(stallTimeout: "5m")
        try await reload(site, expecting: acceptance)
        #expect(site.engines == engines, "\(site.log)")
        try await expectAnswers("same", at: site)
        #expect(site.engines == engines, "\(site.log)")
        try configure(stallTimeout: "4s")
        try await reload(site, expecting: acceptance)
        try site.drop("stuck.jsonl", FaultyServer.batch(1, saying: "STUCK"))
        try await site.wait("the new stall-timeout holds") { site.log.contains("no sign of life for 4 s") }
        #expect(try await site.output("stuck").errors.count == 1)
    }

    @Test("Candidates that the running engine is one of restart none; others do")
    func candidates() async throws {
        let speculation = "speculation:\n  probe: false\n  depth: 2\n  p-min: 0"
        let site = try FaultyServer.site(settings: speculation)
        try await site.start()
        let engines = site.engines
        try FaultyServer.configure(site, settings: "speculation:\n  probe: false\n  max-depth: 2\n  p-min: 0")
        try await reload(site, expecting: acceptance)
        #expect(site.engines == engines, "\(site.log)")
        try FaultyServer.configure(site, settings: "speculation:\n  probe: false\n  depth: 1\n  p-min: 0")
        try await reload(site, expecting: acceptance)
        try await site.wait("the old engine has ended") { Set(site.engines).isDisjoint(with: engines) }
        try await site.wait("the status has the new one") { try site.status()?.lanes.first?.depth == 1 }
    }

    @Test("A model that was replaced under the same name is another one")
    func replacedModel() async throws {
        let model = "/tmp/draftspool-test-model-\(UInt32.random(in: 0 ... .max)).gguf"
        try FileManager.default.copyItem(atPath: TestPaths.demoModel, toPath: model)
        defer { try? FileManager.default.removeItem(atPath: model) }
        let site = try TestSite(model: model)
        try FaultyServer.configure(site)
        try await site.start()
        let engines = site.engines
        try await reload(site, expecting: acceptance)
        #expect(site.engines == engines, "\(site.log)")
        try FileManager.default.copyItem(atPath: TestPaths.demoModel, toPath: model + ".new")
        #expect(rename(model + ".new", model) == 0)
        try await reload(site, expecting: acceptance)
        try await site.wait("the old engine has ended") { Set(site.engines).isDisjoint(with: engines) }
        try await expectAnswers("batch", at: site)
    }

    @Test(
        "Prompts that never end do not hold the new configuration back; they are sent to its engine, uncounted"
    )
    func drainLimit() async throws {
        let dispatch = "dispatch:\n  drain-timeout: 500ms"
        let site = try FaultyServer.site(settings: dispatch)
        try await site.start()
        try site.drop("batch.jsonl", FaultyServer.batch(3, saying: "STUCK"))
        try await site.wait("prompts are in flight") { try site.status()?.running == 3 }
        try FaultyServer.configure(site, engine: "  slots: 2", settings: dispatch, arguments: ["--sound"])
        try await reload(site, expecting: acceptance)
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ["p-0", "p-1", "p-2"])
        #expect(output.timings.map(\.attempts) == [1, 1, 1])
        #expect(output.timings.allSatisfy { $0.engine.slots == 2 })
        #expect(site.log.contains("go back to the queue"))
    }

    @Test("Where fewer slots are allowed, they are tried before a configuration is refused")
    func fewerSlots() async throws {
        let site = try FaultyServer.site(engine: "  max-slots: 8")
        try await site.start()
        try FaultyServer.configure(site, engine: "  max-slots: 8", arguments: ["--most-slots", "2"])
        try await reload(site, expecting: acceptance)
        try await site.wait("two slots serve") { try site.status()?.lanes.first?.slots == 2 }
        try FaultyServer.configure(site, engine: "  max-slots: 8", arguments: ["--most-slots", "0"])
        try await reload(site, expecting: refusal)
        try await expectAnswers("batch", at: site)
        try await site.wait("two slots serve still") { try site.status()?.lanes.first?.slots == 2 }
    }

    @Test(
        "Where there is no memory for both, one makes room for the other, and comes back if that was in vain")
    func exchange() async throws {
        let engine = "  lane-overlap: never\n  resident-lanes: 1\n  slots: "
        let site = try FaultyServer.site(engine: engine + "4")
        let device = ["--alone", site.root + "/device"]
        try FaultyServer.configure(site, engine: engine + "4", arguments: device)
        try await site.start()
        try site.drop("first.jsonl", FaultyServer.batch(40))
        try FaultyServer.configure(site, engine: engine + "2", arguments: device)
        try await reload(site, expecting: acceptance)
        try await site.wait("the new engine serves") { try site.status()?.lanes.first?.slots == 2 }
        let first = try await site.output("first")
        #expect(first.answers.count == 40)
        #expect(first.timings.allSatisfy { $0.attempts == 1 })

        try FaultyServer.configure(site, engine: engine + "3", arguments: device + ["--nope"])
        try site.drop("second.jsonl", FaultyServer.batch(40))
        try await reload(site, expecting: refusal)
        let second = try await site.output("second")
        #expect(second.answers.count == 40)
        #expect(second.timings.allSatisfy { $0.attempts == 1 && $0.engine.slots == 2 })
        #expect(site.daemon?.isRunning == true)
    }

    @Test("If the old engine cannot come back either, the service waits for it")
    func vainExchange() async throws {
        let engine = "  lane-overlap: never\n  slots: "
        let site = try TestSite()
        let room = site.root + "/room"
        let arguments = ["--refuse-depth", "0", "--room", room]
        try "".write(toFile: room, atomically: true, encoding: .utf8)
        try FaultyServer.configure(site, engine: engine + "4", arguments: arguments)
        try await site.start()
        try FileManager.default.removeItem(atPath: room)
        try FaultyServer.configure(site, engine: engine + "2", arguments: arguments)
        try await reload(site, expecting: refusal)
        try await site.wait("the status tells it") { try site.status()?.state == .blocked }
        #expect(site.daemon?.isRunning == true)
        try site.drop("batch.jsonl", FaultyServer.batch(3))
        try "".write(toFile: room, atomically: true, encoding: .utf8)
        let output = try await site.output("batch")
        #expect(output.answers.count == 3)
        #expect(output.timings.allSatisfy { $0.engine.slots == 4 })
    }

    @Test("Engines must answer on every device before a configuration is taken")
    func devices() async throws {
        let site = try FaultyServer.site(engine: "  slots: 2\n  devices: [A]")
        try await site.start()
        let engines = site.engines
        try FaultyServer.configure(
            site, engine: "  slots: 2\n  devices: [A, B]", arguments: ["--refuse-device", "B"])
        try await reload(site, expecting: refusal)
        #expect(engines.allSatisfy(site.engines.contains))
        try FaultyServer.configure(site, engine: "  slots: 2\n  devices: [A, B]")
        try await reload(site, expecting: acceptance)
        try await site.wait("both serve") { try site.status()?.lanes.count == 2 && site.engines.count == 2 }
        #expect(Set(site.engines).isDisjoint(with: engines))
        try await expectAnswers("batch", at: site)
    }

    @Test("A line that a raised max-line-size lets in is read back too")
    func lineSize() async throws {
        let site = try FaultyServer.site(settings: "input:\n  max-line-size: 1KiB")
        try await site.start()
        try FaultyServer.configure(site, settings: "input:\n  max-line-size: 64KiB")
        try await reload(site, expecting: acceptance)
        let text = String(repeating: "word ", count: 4000)
        try site.drop("long.jsonl", FaultyServer.batch(2, saying: text))
        #expect(try await site.output("long").answeredIDs == ["p-0", "p-1"])
    }

    @Test("An endpoint that does not answer is refused; another key is noticed")
    func endpoint() async throws {
        let site = try TestSite()
        let key = site.root + "/key"
        try "first".write(toFile: key, atomically: true, encoding: .utf8)
        let endpoint = "  endpoint: unix:\(site.root)/e.sock\n  endpoint-key-file: \(key)\n  slots: "
        try site.configure(engine: endpoint + "2")
        let engine = try FaultyEngine(listeningOn: site.root + "/e.sock") { _ in .completion() }
        defer { engine.stop() }
        try await site.start()
        try site.configure(engine: "  endpoint: unix:\(site.root)/nobody.sock\n  slots: 2")
        try await reload(site, expecting: refusal)
        #expect(site.log.contains("nobody.sock"))
        try await expectAnswers("batch", at: site)

        try site.configure(engine: endpoint + "2")
        try await reload(site, expecting: acceptance)
        #expect(count("Lane at off is up", in: site) == 1)
        try "second".write(toFile: key, atomically: true, encoding: .utf8)
        try await reload(site, expecting: acceptance)
        try await site.wait("it is used with the new key") { count("Lane at off is up", in: site) == 2 }
        try await expectAnswers("other", at: site)
    }
}
