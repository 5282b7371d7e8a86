import Foundation
import Testing

/// The wire of both dialects, with a scripted server that honours, ignores or rejects what a request says.
@Suite("Engines whose requests may choose their depth", .serialized)
struct RequestDepthTests {
    /// - Parameter requests: what the server makes of the depth that a request names.
    private func site(ik: Bool, requests: String, engine: String = "  slots: auto") throws -> TestSite {
        let site = try TestSite()
        let program = site.root + "/llama-server"
        let script = "#!/bin/sh\nexec '\(FaultyServer.program)' \(ik ? "--ik " : "")\"$@\"\n"
        try script.write(toFile: program, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        try site.configure(
            engine: engine + "\n  stop-timeout: 500ms\n  max-slots: 2",
            settings: "speculation:\n  probe: false\n  max-depth: 5", server: program,
            extraArguments: ["--requests", requests, "--log", site.root + "/starts"])
        return site
    }

    private func starts(_ site: TestSite) -> [String] {
        let log = (try? String(contentsOfFile: site.root + "/starts", encoding: .utf8)) ?? ""
        return log.split(separator: "\n").map(String.init)
    }

    /// What the engine was asked for by prompts that demand a depth.
    private func asked(for depths: [Int], at site: TestSite, name: String) async throws -> [String?] {
        let lines = depths.map {
            #"{"id": "d-\#($0)", "prompt": "DEPTH", "draftspool": {"depth": \#($0)}}"# + "\n"
        }
        try site.drop("\(name).jsonl", lines.joined())
        let output = try await site.output(name)
        #expect(output.errors.isEmpty)
        #expect(output.timings.map(\.decision.depth) == depths)
        return depths.map { output.text("d-\($0)") }
    }

    @Test("One engine of ik_llama.cpp serves every depth; a greater one than it was started at is started")
    func ikHonours() async throws {
        let site = try site(ik: true, requests: "honour")
        try await site.start()
        let answers = try await asked(for: [0, 1, 5, 2], at: site, name: "depths")
        #expect(answers == ["depth 0 p-min 0", "depth 1 p-min 0", "depth 5 p-min 0", "depth 2 p-min 0"])
        #expect(starts(site) == ["depth 5 slots 1"])
        #expect(site.log.contains("Requests choose their draft depth, up to 5"))
        let lane = try await site.firstLane()
        #expect(lane.engine.hasPrefix("ik_llama.cpp "))
        #expect(try await asked(for: [7], at: site, name: "deeper") == ["depth 7 p-min 0"])
        #expect(starts(site) == ["depth 5 slots 1", "depth 7 slots 1"])
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
        #expect(site.engines.isEmpty)
        let left = try FileManager.default.contentsOfDirectory(atPath: site.root + "/run")
        #expect(!left.contains { $0.hasSuffix(".key") })
    }

    @Test("What a body says itself about drafting reaches the engine as it is")
    func ownFields() async throws {
        let site = try site(ik: true, requests: "honour")
        try await site.start()
        let body = #"{"messages": [{"role": "user", "content": "DEPTH"}], "speculative.n_max": 4}"#
        try site.drop(
            "own.jsonl",
            #"{"custom_id": "own", "method": "POST", "url": "/v1/chat/completions", "body": \#(body)}"# + "\n"
        )
        #expect(try await site.output("own").text("own") == "depth 4 p-min None")
    }

    @Test(
        "Where the fields are ignored or refused, an engine is started for each depth, and requests name none",
        arguments: ["ignore", "reject", "switch"])
    func ikDoesNot(requests: String) async throws {
        let site = try site(ik: true, requests: requests)
        try await site.start()
        let answers = try await asked(for: [2, 0, 5], at: site, name: "depths")
        #expect(answers == Array(repeating: "depth None p-min None", count: 3))
        #expect(Set(starts(site)).isSuperset(of: ["depth 0 slots 1", "depth 2 slots 1", "depth 5 slots 1"]))
    }

    @Test("A build of llama-server that honours the fields is found out, and remembered")
    func mainlineHonours() async throws {
        let site = try site(ik: false, requests: "honour", engine: "  slots: 2")
        try await site.start()
        let answers = try await asked(for: [5, 1, 0], at: site, name: "depths")
        #expect(answers == ["depth 5 p-min 0", "depth 1 p-min 0", "depth 0 p-min 0"])
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
        let before = starts(site).count
        try await site.start()
        #expect(
            try await asked(for: [0, 3], at: site, name: "again") == ["depth 0 p-min 0", "depth 3 p-min 0"])
        #expect(Array(starts(site).dropFirst(before)) == ["depth 5 slots 2"])
    }

    @Test("One that ignores them is asked once, and not at every start")
    func mainlineIgnores() async throws {
        let site = try site(ik: false, requests: "ignore", engine: "  slots: 2")
        let words = "keeps its draft depth whatever a request says"
        for round in 1...2 {
            try await site.start()
            let answers = try await asked(for: [3, 0], at: site, name: "round-\(round)")
            #expect(answers == Array(repeating: "depth None p-min None", count: 2))
            site.signal(SIGTERM)
            #expect(try await site.waitForExit() == 0)
            #expect(site.log.ranges(of: words).count == 1)
        }
    }

    @Test(
        "Slots asked for are kept where ik_llama.cpp drafts with one only: depth 0, a warning, and no other depth"
    )
    func slots() async throws {
        let site = try site(ik: true, requests: "honour", engine: "  slots: 2")
        try await site.start()
        #expect(site.log.contains("engine.slots is 2, and ik_llama.cpp drafts with 1 slot only"))
        #expect(site.log.contains("set engine.slots to 1 or auto to draft"))
        #expect(starts(site) == ["depth 0 slots 2"])
        try site.drop("deep.jsonl", #"{"id": "deep", "prompt": "a", "draftspool": {"depth": 3}}"# + "\n")
        let output = try await site.output("deep")
        #expect(output.error("deep")?.error?.message.contains("depth 3") == true)
    }

    @Test("An engine left by a daemon that was killed is found by its key and stopped")
    func stray() async throws {
        let site = try site(ik: true, requests: "honour")
        try await site.start()
        let left = site.engines
        #expect(left.count == 1)
        site.signal(SIGKILL)
        _ = try await site.waitForExit()
        #expect(site.engines == left)
        try await site.start()
        #expect(site.engines.count == 1 && site.engines != left)
    }
}
