import Foundation
import PromptBatch
import Spool
import Testing

@testable import Web

@Suite struct PageTests {
    /// Claims a file of `count` prompts whose ids and questions are hostile, under a hostile name.
    private func claim(_ count: Int, on site: WebSite) async throws -> BatchRecord {
        let lines = (1...count).map { line -> String in
            let object = [
                "id": "\(line) \(PageSamples.hostile)", "prompt": "Question \(line) \(PageSamples.hostile)",
            ]
            let bytes = try? JSONEncoder().encode(object)
            return String(decoding: bytes ?? Data(), as: UTF8.self)
        }
        let name = PageSamples.hostile.replacingOccurrences(of: "/", with: "∕") + "\r\n.jsonl"
        try Data((lines.joined(separator: "\n") + "\n<b id=\"bad\">\n").utf8).write(
            to: URL(fileURLWithPath: site.layout.incoming + "/" + name))
        return try #require(try await site.claim().first)
    }

    private func outcomes(_ lines: ClosedRange<Int>, of batch: BatchRecord) -> [PromptOutcome] {
        lines.map { line in
            PageSamples.outcome(
                "\(line) \(PageSamples.hostile)", line: line, of: batch, isFailed: line % 5 == 0)
        }
    }

    /// No part of the page is what somebody wrote into a text.
    private func expectHarmless(_ answer: String) throws {
        let (head, html) = try parts(of: answer)
        #expect(html.contains("&lt;b id=&quot;bad&quot;&gt;"))
        for piece in ["<b ", "<b>", "</script><", "\u{1}"] {
            #expect(!html.contains(piece), "\(piece)")
        }
        // A batch's id in a link may end with these letters.
        #expect(html.firstMatch(of: /[^0-9a-f]bad"/) == nil)
        #expect(html.contains("{{name}}"))
        // No quotation mark with an accent is left, which is another character for Swift, and none for a browser.
        let scalars = Array(html.unicodeScalars)
        #expect(!zip(scalars, scalars.dropFirst()).contains { $0 == "\"" && $1 == "\u{301}" })
        let scripts = html.matches(of: /<script nonce="([0-9a-f]{48})">/)
        #expect(html.ranges(of: "<script").count == 1)
        let nonce = try #require(scripts.first).output.1
        #expect(head.contains("script-src 'nonce-\(nonce)';"))
        #expect(html.firstMatch(of: /\son[a-z]+=["']/) == nil)
        #expect(html.firstMatch(of: /\sstyle=/) == nil)
        #expect(html.firstMatch(of: /(src|href|action)="(https?:)?\/\//) == nil)
    }

    private func parts(of answer: String) throws -> (head: Substring, html: Substring) {
        let blank = try #require(answer.firstRange(of: "\r\n\r\n"))
        return (answer[..<blank.lowerBound], answer[blank.upperBound...])
    }

    @Test func showsWhatTheStatusSays() async throws {
        try await ServedSite.serve { served async throws in
            let batch = try await claim(2, on: served.site)
            let end = SpoolStatus.ExpectedEnd(at: Date(), earliest: Date(), latest: Date())
            try PageSamples.status([
                .init(record: batch, layout: served.site.layout, expectedEnd: end),
                .init(record: ended(batch), layout: served.site.layout),
            ]).write(to: served.site.layout)
            let answer = try served.get("/")
            #expect(answer.hasPrefix("HTTP/1.1 200"))
            try expectHarmless(answer)
            for text in [
                "<strong>blocked</strong>", "<dd>1234</dd>", "<dd>134</dd>", "href=\"/batches/\(batch.id)\"",
                "3 of 4", "depth 3 with p-min 0.75 and n-grams", "40.0 ± 2.50", "the server's",
                "2, 1 tried in vain", "<td><bdi>llama-server ",
            ] {
                #expect(answer.contains(text), "\(text)")
            }
        }
    }

    private func ended(_ batch: BatchRecord) -> BatchRecord {
        var batch = batch
        batch.state = .done
        batch.outputName = PageSamples.hostile
        return batch
    }

    @Test func showsThatNothingIsThere() async throws {
        try await ServedSite.serve { served async throws in
            let answer = try served.get("/")
            #expect(answer.contains("<strong>starting</strong>") && answer.contains("No engine is up."))
        }
    }

    @Test func headersKeepThePageToItself() async throws {
        try await ServedSite.serve { served async throws in
            for path in ["/", "/batches/none"] {
                let head = try parts(of: try served.get(path)).head
                for line in [
                    "Content-Type: text/html; charset=utf-8", "X-Content-Type-Options: nosniff",
                    "Referrer-Policy: no-referrer", "Cache-Control: no-store",
                    "Cross-Origin-Resource-Policy: same-origin",
                ] {
                    #expect(head.contains(line), "\(line)")
                }
                let policy = try #require(head.firstMatch(of: /Content-Security-Policy: (.*)/)).output.1
                for part in [
                    "default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "connect-src 'self'",
                ] {
                    #expect(policy.contains(part), "\(part)")
                }
                #expect(!policy.contains("unsafe"))
            }
            let nonces = try (0..<2).map { _ in
                try #require(try served.get("/").firstMatch(of: /nonce-[0-9a-f]{48}/)).output
            }
            #expect(nonces[0] != nonces[1])
        }
    }

    @Test func aRunningBatchHasItsPrompts() async throws {
        try await ServedSite.serve { served async throws in
            let batch = try await claim(40, on: served.site)
            try await served.site.ledger.record(outcomes(1...5, of: batch))
            let answer = try served.get("/batches/\(batch.id)")
            try expectHarmless(answer)
            #expect(answer.ranges(of: "<article ").count == BatchPrompts.perPage)
            #expect(answer.contains("Lines 1 to 25 of 41."))
            for text in [
                "Question 1 ", "Answer 1 ", "Reason 1 ", "depth 3 (learned)",
                "40.0 tok/s, acceptance 0.75; 25.0 with MTP off",
                "50.0 tok/s, acceptance 0.80, 100 tokens, 2.50 s", "1.25× (1.12× to 1.50×), measured",
                "It is made when the prompt is sent.", "?line=26#prompts",
            ] {
                #expect(answer.contains(text), "\(text)")
            }
            #expect(!answer.contains("rel=\"prev\"") && !answer.contains("Question 26 "))
            let second = try served.get("/batches/\(batch.id)?line=26")
            try expectHarmless(second)
            #expect(second.contains("Lines 26 to 41 of 41.") && second.contains("?line=1#prompts"))
            #expect(second.contains("class=\"unreadable\"") && !second.contains("rel=\"next\""))
            #expect(
                try served.get("/batches/\(batch.id)?line=99").contains("There is none from this line on."))
            #expect(try served.get("/batches/batch_\(batch.id)").hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func aFinishedBatchIsReadOutOfItsOutput() async throws {
        try await ServedSite.serve { served async throws in
            let site = served.site
            let batch = try await claim(40, on: site)
            try await site.ledger.record(outcomes(1...40, of: batch))
            let taken = try #require(try await site.ledger.beginPublishing(batch.sequence))
            let (_, directory) = try await BatchPublisher(ledger: site.ledger, layout: site.layout).publish(
                taken)
            let answer = try served.get("/batches/\(batch.id)?line=20")
            try expectHarmless(answer)
            #expect(answer.contains("<strong>done</strong>") && answer.contains("Lines 20 to 41 of 41."))
            for text in [
                "Question 21 ", "Answer 21 ", "Reason 21 ", "Means of this batch", "?line=1#prompts",
            ] {
                #expect(answer.contains(text), "\(text)")
            }
            #expect(answer.ranges(of: "class=\"failed\"").count == 5)
            #expect(!answer.contains("Answer 19 "))
            try FileManager.default.removeItem(atPath: directory)
            for name in site.names(in: site.layout.done) {
                try FileManager.default.removeItem(atPath: site.layout.done + "/" + name)
            }
            let bare = try served.get("/batches/\(batch.id)")
            #expect(bare.contains("The output of this batch was taken away."))
            #expect(bare.contains("What was asked is not in the spool any more."))
        }
    }

    /// Somebody has changed lines of the output: it is said of which lines of the input they were.
    @Test func linesOfAnOutputThatCannotBeReadAreNamed() async throws {
        try await ServedSite.serve { served async throws in
            let site = served.site
            let batch = try await claim(9, on: site)
            try await site.ledger.record(outcomes(1...9, of: batch))
            let taken = try #require(try await site.ledger.beginPublishing(batch.sequence))
            let (_, directory) = try await BatchPublisher(ledger: site.ledger, layout: site.layout).publish(
                taken)
            #expect(!(try served.get("/batches/\(batch.id)")).contains("What came of line"))
            let file = URL(fileURLWithPath: directory + "/output.jsonl")
            var lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            // Of the lines 2 and 7: the fifth has failed.
            lines[1].removeLast()
            lines[5] = "{}"
            try Data(lines.joined(separator: "\n").utf8).write(to: file)
            let answer = try served.get("/batches/\(batch.id)")
            let named = answer.matches(of: /What came of line (\d+) is not in the output/).map { $0.output.1 }
            #expect(named == ["2", "7"])
            #expect(answer.contains("Answer 1 ") && answer.contains("Answer 8 "))
        }
    }

    @Test func aRefusedFileSaysWhy() async throws {
        try await ServedSite.serve { served async throws in
            try Data("nothing\n<b id=\"bad\">\n".utf8).write(
                to: URL(fileURLWithPath: served.site.layout.incoming + "/bad.jsonl"))
            let batch = try #require(try await served.site.claim().first)
            let answer = try served.get("/batches/\(batch.id)")
            #expect(answer.hasPrefix("HTTP/1.1 200") && answer.contains("<strong>failed</strong>"))
            #expect(answer.contains("Line 2: ") && !answer.contains("<b "))
        }
    }

    @Test func longTextsAreCut() async throws {
        try await ServedSite.serve { served async throws in
            let batch = try await claim(2, on: served.site)
            try await served.site.ledger.record([
                PageSamples.outcome(
                    "1", line: 1, of: batch, answer: String(repeating: "long ", count: 2000)),
                PageSamples.outcome(
                    "2", line: 2, of: batch, answer: String(repeating: "x", count: BatchPrompts.longest)),
            ])
            let answer = try served.get("/batches/\(batch.id)")
            #expect(answer.contains("Cut: 4000 of 10009 characters are shown."))
            #expect(answer.contains("kB and is not shown."))
            #expect(answer.utf8.count < 50_000)
        }
    }

    /// Few characters, each with a heap of marks.
    @Test func heavyTextsAreCut() async throws {
        try await ServedSite.serve { served async throws in
            let marks = String(repeating: "a" + String(repeating: "\u{301}", count: 50_000), count: 2)
            let batch = try await claim(2, on: served.site)
            try await served.site.ledger.record([
                PageSamples.outcome("1", line: 1, of: batch, answer: marks),
                PageSamples.outcome("2", line: 2, of: batch, failure: marks),
            ])
            let answer = try served.get("/batches/\(batch.id)")
            #expect(answer.contains("Answer 1 ") && answer.contains("kB are shown."))
            #expect(answer.utf8.count < 80_000)
        }
    }

    @Test func whatIsNotThereIsSaidOnAPage() async throws {
        try await ServedSite.serve { served async throws in
            for path in ["/batches/none", "/batches/%3Cb%20id=%22bad%22%3E"] {
                let answer = try served.get(path)
                #expect(answer.hasPrefix("HTTP/1.1 404"))
                #expect(answer.contains("There is no such page") && !answer.contains("<b "))
            }
            let batch = try await claim(1, on: served.site)
            #expect(try served.get("/batches/\(batch.id)?line=x").hasPrefix("HTTP/1.1 400"))
            #expect(try served.get("/", method: "POST").hasPrefix("HTTP/1.1 405"))
            #expect(try served.get("/nothing").contains("\"code\":\"unknown_url\""))
        }
    }
}
