import Foundation
import Spool
import Synchronization
import TestSupport
import Testing

@testable import Web

@Suite struct PageEventsTests {
    private static func status(queued: Int) -> SpoolStatus {
        var status = SpoolStatus(state: .ready, message: "", version: "1")
        status.queued = queued
        return status
    }

    @Test func linesOfDataStayTheData() {
        let event = PageEvents.event("a", data: "one\r\ntwo\rdata: x\n\nevent: b")
        #expect(
            String(decoding: event, as: UTF8.self)
                == "event: a\ndata: one\ndata: \ndata: two\ndata: data: x\ndata: \ndata: event: b\n\n")
    }

    @Test(.timeLimit(.minutes(10))) func sectionsThatChangeAreSent() async throws {
        try await ServedSite.serve { served async throws in
            let layout = served.site.layout
            try Self.status(queued: 1111).write(to: layout)
            let text = try await served.follow("/events") { text in
                guard text.contains("event: section-history\n") else { return true }
                guard !text.contains("2222") else { return false }
                try Self.status(queued: 2222).write(to: layout)
                return true
            }
            #expect(text.hasPrefix("HTTP/1.1 200") && text.contains("Content-Type: text/event-stream\r\n"))
            #expect(text.contains("data: <div><dt>Waiting prompts</dt><dd>1111</dd></div>\n"))
            // What has not changed is not sent again.
            #expect(text.ranges(of: "event: section-state\n").count == 2)
            #expect(text.ranges(of: "event: section-open\n").count == 1)
        }
    }

    /// A batch's page is fetched anew for that, so it is not told of the others.
    @Test func aBatchIsToldOfItself() async throws {
        let site = try WebSite()
        for name in ["a", "b"] {
            let path = site.layout.incoming + "/\(name).jsonl"
            try Data("{\"prompt\":\"a\"}\n".utf8).write(to: URL(fileURLWithPath: path))
        }
        let batches = try await site.claim()
        let status = Mutex(Self.status(queued: 2))
        status.withLock { $0.batches = batches.map { .init(record: $0, layout: site.layout) } }
        let feed = StatusFeed(templates: try PageTemplates(heading: "Draftspool")) {
            Overview(status.withLock { $0 })
        }
        let events = try await feed.listen(to: batches[0].id)
        #expect(await events.next() == PageEvents.event("batch", data: batches[0].id))
        func isTold(of change: (inout SpoolStatus) -> Void) async -> Bool {
            status.withLock { change(&$0) }
            await feed.tick()
            return String(decoding: await events.next(), as: UTF8.self).contains("event: batch")
        }
        #expect(await !isTold { $0.batches[1].answered = 1 })
        #expect(await !isTold { $0.queued = 1 })
        #expect(await isTold { $0.batches[0].answered = 1 })
        #expect(await !isTold { $0.queued = 0 })
        #expect(await isTold { $0.batches.removeFirst() })
        #expect(await !isTold { $0.batches[0].answered = 0 })
        // A status has a hundred; this one may be among the others.
        #expect(await isTold { $0.batches = Array(repeating: $0.batches[0], count: 100) })
        #expect(await isTold { $0.batches[99].failed = 1 })
        #expect(await !isTold { $0.queued = 3 })
    }

    @Test(.timeLimit(.minutes(10))) func aStopEndsThem() async throws {
        let feed = StatusFeed(templates: try PageTemplates(heading: "Draftspool")) { Overview(nil) }
        let events = try await feed.listen()
        await feed.finish()
        for await _ in events.ticks {}
        await #expect(throws: APIError.self) { try await feed.listen() }
    }

    @Test func tooManyAreRefused() async throws {
        let feed = StatusFeed(templates: try PageTemplates(heading: "Draftspool")) { Overview(nil) }
        var all: [PageEvents] = []
        for _ in 0..<64 { all.append(try await feed.listen()) }
        await #expect(throws: APIError.self) { try await feed.listen() }
        withExtendedLifetime(all) {}
        // Who has gone makes room.
        all = []
        let running = Task { await feed.run() }
        try await waitUntil {
            do throws(APIError) {
                _ = try await feed.listen()
                return true
            } catch {
                return false
            }
        }
        running.cancel()
        await running.value
    }

    /// The browser sends the password along with what another page makes it ask for.
    @Test(.timeLimit(.minutes(10))) func anotherPageGetsNone() async throws {
        try await ServedSite.serve { served async throws in
            for (origin, status) in [
                ("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200),
            ] {
                let answer = try served.exchange(
                    "HEAD /events HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: \(origin)\r\n"
                        + "Connection: close\r\n\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 \(status)"), "\(origin)")
            }
        }
    }

    @Test(.timeLimit(.minutes(10))) func whoAsksForTheHeadOnlyGetsNoEndOfABody() async throws {
        try await ServedSite.serve { served async throws in
            let head = "HEAD /events HTTP/1.1\r\nHost: x\r\n\r\n"
            let last = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            let text = try served.exchange(head + head + last)
            #expect(text.ranges(of: "HTTP/1.1 ").count == 3 && !text.contains("\r\n0\r\n"), "\(text)")
        }
    }
}
