import Foundation
import FoundationXML
import PromptBatch
import Testing
import Workload

@testable import draftspool

struct ReportPageTests {
    /// What a page consists of.
    private final class Reading: NSObject, XMLParserDelegate {
        var names: [String] = []
        var attributes: [[String: String]] = []
        var texts: [String] = []
        private var open: [Int] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
            qualifiedName: String?, attributes: [String: String]
        ) {
            open.append(names.count)
            names.append(name)
            self.attributes.append(attributes)
            texts.append("")
        }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
        ) {
            open.removeLast()
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) {
            if let element = open.last { texts[element] += string }
        }

        /// The texts of the elements of a name.
        func texts(of name: String) -> [String] {
            zip(names, texts).filter { $0.0 == name }.map(\.1)
        }
    }

    private let spool: TemporarySpool

    init() throws {
        spool = try TemporarySpool()
    }

    private func read(_ html: String) throws -> Reading {
        let reading = Reading()
        let parser = XMLParser(data: Data(html.utf8))
        parser.delegate = reading
        try #require(parser.parse(), "\(String(describing: parser.parserError))")
        return reading
    }

    private func page(_ output: SampleOutput, showsPrompts: Bool = true) throws -> String {
        let output = try BatchOutput(directory: output.directory)
        return ReportPage(BatchReport(outputs: [output], showsPrompts: showsPrompts)).html
    }

    @Test func itHasTheTablesAndTheCharts() throws {
        let html = try page(try SampleOutput(in: spool.layout.output))
        #expect(html.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">\n"))
        let reading = try read(html)
        #expect(reading.texts(of: "h1") == ["job"])
        #expect(
            reading.texts(of: "h2") == [
                "Speed", "Acceptance", "Against MTP off", "Which setting worked when",
                "By workload and setting",
                "Prompts",
            ])
        let charts = zip(reading.names, reading.attributes).filter { $0.0 == "svg" }.map(\.1)
        #expect(charts.compactMap { $0["aria-label"] } == Array(reading.texts(of: "h2").prefix(4)))
        #expect(reading.texts(of: "td").contains("def f(): return 語"))
        #expect(reading.texts(of: "td").contains("failed: The line is not valid JSON."))
        #expect(reading.texts(of: "p").first?.hasPrefix("1 of 2 prompts answered") == true)
        #expect(reading.texts(of: "title").contains("code, depth 3: 1.62× (1.50× to 1.75×), 1 prompt"))
        let short = try read(try page(try SampleOutput(in: spool.layout.output), showsPrompts: false))
        #expect(!short.texts(of: "h2").contains("Prompts"))
    }

    /// A chart or a table that is wider than the window is scrolled by keyboard, and alone.
    @Test func whatIsWideIsScrolledAlone() throws {
        let reading = try read(try page(try SampleOutput(in: spool.layout.output)))
        let regions = reading.attributes.filter { $0["class"] == "wide" }
        #expect(regions.compactMap { $0["aria-label"] } == reading.texts(of: "h2"))
        #expect(regions.allSatisfy { $0["tabindex"] == "0" && $0["role"] == "region" })
        let long = reading.names.indices.filter { index in
            reading.names[index] == "th" && reading.attributes[index]["class"] == "left long"
        }
        #expect(long.map { reading.texts[$0] } == ["prompt", "answer"])
    }

    /// A share has no place beyond 1 on its axis.
    @Test func acceptanceEndsAtOne() throws {
        let chart = BarChart(
            groups: ["a"], styles: ["s0"], unit: "", reference: nil, leastTop: 1,
            bars: [[.init(value: 0.9, title: "")]])
        let reading = try read(chart.element.serialized())
        #expect(reading.texts(of: "text") == ["0", "0.2", "0.4", "0.6", "0.8", "1", "a"])
    }

    @Test func longNamesOfEnginesHaveRoom() throws {
        let output = try BatchOutput(directory: try SampleOutput(in: spool.layout.output).directory)
        var record = try #require(output.entries.first).record
        record.engine.id = "gpu-a.example.internal:8000"
        record.decision.depth = 5
        record.decision.pMin = 0.75
        record.decision.usesNgrams = true
        let chart = TimelineChart(rows: WorkSpans.of([record])) { _ in "s0" }
        let reading = try read(chart.element.serialized())
        let name = "gpu-a.example.internal:8000, depth 5 p0.75+ngram"
        let place = try #require(reading.texts.firstIndex(of: name))
        let end = try #require(reading.attributes[place]["x"].flatMap(Double.init))
        // A letter takes 7 at most.
        #expect(end >= Double(name.count) * 7 - 1)
    }

    /// A browser asks nobody for anything, and runs nothing.
    @Test func itNeedsNothingElse() throws {
        let html = try page(try SampleOutput(in: spool.layout.output))
        let reading = try read(html)
        #expect(!html.contains("://") && !html.contains("url("))
        #expect(!reading.names.contains { ["script", "link", "img", "iframe", "object"].contains($0) })
        #expect(!reading.attributes.contains { $0["src"] != nil || $0["href"] != nil || $0["style"] != nil })
        #expect(
            reading.attributes.contains { $0["content"] == "default-src 'none'; style-src 'unsafe-inline'" })
        // HTML does not read what stands for characters in a style sheet.
        #expect(html.components(separatedBy: "</style>").first?.contains("&") == false)
    }

    @Test func textsCannotBreakIt() throws {
        let ids = ["<script>alert(1)</script>", "\"&amp;'", "a\u{0}\u{1B}[2J", "]]></svg>"]
        let reading = try read(try page(try SampleOutput(in: spool.layout.output, answers: ids)))
        #expect(!reading.names.contains("script"))
        let cells = reading.texts(of: "td")
        #expect(cells.contains("<script>alert(1)</script>"))
        #expect(cells.contains("\"&amp;'"))
        #expect(cells.contains("of ]]></svg>"))
    }

    @Test func nothingInItIsSaidSo() throws {
        let directory = try SampleOutput(in: spool.layout.output, answers: []).directory
        let output = try BatchOutput(directory: directory)
        let reading = try read(ReportPage(BatchReport(outputs: [output], showsPrompts: true)).html)
        #expect(reading.texts(of: "h2") == ["Prompts"])
    }

    // MARK: Parts

    private func row(
        _ workload: Workload, depth: Int?, speed: Double? = nil, speedup: Estimate? = nil
    ) -> SummaryRow {
        SummaryRow(
            workload: workload, depth: depth, pMin: 0, prompts: 1, generatedTokens: 1, draftedTokens: 1,
            acceptedTokens: 1, acceptance: nil, tokensPerSecond: speed, speedup: speedup)
    }

    @Test func barsAreAsHighAsTheirValues() throws {
        let chart = BarChart(
            groups: ["a", "b"], styles: ["s0", "s1"], unit: "", reference: nil,
            bars: [
                [.init(value: 10, title: ""), nil],
                [.init(value: 20, title: ""), .init(value: 40, range: 30...50, title: "")],
            ])
        let reading = try read(chart.element.serialized())
        let bars = zip(reading.names, reading.attributes).filter { $0.0 == "rect" }.map(\.1)
        let heights = bars.compactMap { $0["height"].flatMap(Double.init) }
        #expect(heights.map { ($0 / heights[0] * 10).rounded() } == [10, 20, 40])
        let range = zip(reading.names, reading.attributes).first { $0.1["class"] == "range" }?.1
        let (top, end) = (range?["y1"].flatMap(Double.init), range?["y2"].flatMap(Double.init))
        #expect(abs(try #require(end) - (try #require(top)) - heights[1]) < 0.2)
    }

    @Test func whereSpeculationHurtsIsSaid() {
        #expect(
            SpeculationVerdict([row(.code, depth: 0), row(.code, depth: 3)]).text
                == "Whether it gained is not known: MTP off was not timed for such prompts.")
        let gain = row(.code, depth: 3, speedup: Estimate(value: 1.5, low: 1.4, high: 1.6))
        #expect(SpeculationVerdict([gain]).text == "Nowhere was it slower than with MTP off.")
        let loss = row(.creative, depth: 3, speedup: Estimate(value: 0.91, low: 0.85, high: 0.97))
        let unclear = row(.math, depth: 1, speedup: Estimate(value: 0.98, low: 0.9, high: 1.1))
        #expect(
            SpeculationVerdict([gain, loss, unclear]).text
                == "It was slower than with MTP off for creative at depth 3, 0.91×; math at depth 1, 0.98× "
                + "(within what is uncertain).")
        #expect(
            SpeculationVerdict([gain, row(.math, depth: 3), row(.creative, depth: 0)]).text
                == "Nowhere that it was measured was it slower than with MTP off. "
                + "Not known for math at depth 3: MTP off was not timed for such prompts.")
        let many = [row(.math, depth: 1), row(.creative, depth: 1), row(.math, depth: 3)]
        #expect(
            SpeculationVerdict([gain] + many).text.contains(
                "Not known for math at depth 1, depth 3; creative at depth 1: MTP off"))
    }

    @Test(arguments: [(0, false, "–"), (0, true, "1.50×"), (3, false, "1.50×")])
    func theTableHasTheGainOfAllThatDrafts(depth: Int, usesNgrams: Bool, text: String) throws {
        var gain = row(.code, depth: depth, speedup: Estimate(value: 1.5, low: 1.4, high: 1.6))
        gain.usesNgrams = usesNgrams
        let now = Date()
        let summary = BatchSummary(
            batchID: "b", input: "job.jsonl", format: .simpleJSONL, engine: nil, totals: SummaryTotals(),
            table: [gain], startedAt: now, finishedAt: now)
        #expect(SummaryText(summary: summary).table.rows.first?.last?.text == text)
    }

    /// The ratio of two luminances (WCAG 2.2): 4.5 for text, 3 for the borders of shapes.
    private func contrast(_ one: String, _ other: String) throws -> Double {
        let luminances = try [one, other].map { colour in
            let code = try #require(Int(colour.dropFirst(), radix: 16))
            let channels = [16, 8, 0].map { shift in
                let channel = Double(code >> shift & 0xFF) / 255
                return channel <= 0.04045 ? channel / 12.92 : pow((channel + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
        }.sorted()
        return (luminances[1] + 0.05) / (luminances[0] + 0.05)
    }

    @Test func textsAndBordersStandOutAgainstTheGround() throws {
        let sheet = PageStyle.sheet(for: [])
        for surroundings in sheet.components(separatedBy: "@media") {
            let pairs = surroundings.matches(of: #/--([a-z]+): (\#[0-9a-f]{6});/#).map {
                (String($0.1), String($0.2))
            }
            let colours = Dictionary(uniqueKeysWithValues: pairs)
            let ground = try #require(colours["ground"])
            for name in ["text", "dim", "bad", "good", "doubtful"] {
                let ratio = try contrast(try #require(colours[name]), ground)
                #expect(ratio >= 4.5, "\(name) on \(ground): \(ratio)")
            }
        }
        #expect(sheet.contains("svg rect { stroke: var(--dim);"))
    }

    @Test func whatFollowsAtOnceIsOneSpan() throws {
        let start = Date(timeIntervalSince1970: 1_764_000_000)
        var records: [TimingRecord] = []
        for (from, to) in [(50.0, 60.0), (0, 10), (5, 20), (20.01, 30)] {
            var record = try #require(
                try BatchOutput(directory: try SampleOutput(in: spool.layout.output).directory).entries.first
            ).record
            record.startedAt = start + from
            record.finishedAt = start + to
            records.append(record)
        }
        let rows = WorkSpans.of(records)
        #expect(rows.count == 1)
        #expect(
            rows.first?.spans == [
                .init(start: start, end: start + 30), .init(start: start + 50, end: start + 60),
            ])
        #expect(rows.first?.prompts == 4 && rows.first?.setting.name == "depth 3")
        #expect(WorkSpans.of([]).isEmpty)
    }

    @Test(
        arguments: [
            (7.0, [0.0, 1, 2, 3, 4, 5, 6, 7]), (61, [0, 10, 20, 30, 40, 50, 60]),
            (3600, [0, 600, 1200, 1800, 2400, 3000, 3600]),
            (864_000, [0, 172_800, 345_600, 518_400, 691_200, 864_000]),
        ] as [(Double, [Double])])
    func ticksOfTimeAreRound(seconds: Double, ticks: [Double]) {
        #expect(TimelineChart.ticks(upTo: seconds) == ticks)
    }
}
