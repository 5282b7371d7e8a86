import Foundation
import FoundationXML
import Markup
import Speculation
import Testing
import Workload

@testable import Calibration

struct SpeedupChartTests {
    /// Elements of an SVG by what is looked at.
    private final class Reading: NSObject, XMLParserDelegate {
        var bars: [[String: String]] = []
        var texts: [String] = []
        private var isText = false

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
            qualifiedName: String?, attributes: [String: String]
        ) {
            if name == "rect", attributes["class"]?.hasPrefix("s") == true, attributes["height"] != "12" {
                bars.append(attributes)
            }
            isText = name == "text"
            if isText { texts.append("") }
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) {
            if isText { texts[texts.count - 1] += string }
        }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
        ) {
            isText = false
        }
    }

    private func read(_ svg: String) throws -> Reading {
        let reading = Reading()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = reading
        try #require(parser.parse(), "\(String(describing: parser.parserError))")
        return reading
    }

    private func report(_ speedups: [Double], engine: SweptEngine = Samples.engine()) -> CalibrationReport {
        let workloads = Array(Workload.allCases.prefix(speedups.count))
        let measurements = zip(workloads, speedups).flatMap { workload, speedup in
            [
                Samples.measurement(.off, workload, tokensPerSecond: 10),
                Samples.measurement(Samples.depth3, workload, tokensPerSecond: 10 * speedup),
            ]
        }
        return CalibrationReport(
            plan: Samples.plan(engines: [engine], workloads: workloads), measurements: measurements)
    }

    @Test func barsAreAsHighAsTheSpeedups() throws {
        let speedups = [2.4, 1.2, 0.6, 0.3]
        let bars = try read(SpeedupChart(report(speedups)).svg).bars
        let heights = bars.compactMap { $0["height"].flatMap(Double.init) }
        #expect(heights.count == speedups.count)
        for (height, speedup) in zip(heights, speedups) {
            #expect(abs(height / heights[0] - speedup / speedups[0]) < 0.01)
        }
        let ends = bars.map { (Double($0["y"] ?? "") ?? 0) + (Double($0["height"] ?? "") ?? 0) }
        #expect(Set(ends.map { ($0 * 5).rounded() }).count == 1)
    }

    @Test func everyGroupIsNamedAndTheBestHasItsFigure() throws {
        let texts = try read(SpeedupChart(report([2.4, 0.6])).svg).texts
        for text in ["code", "math", "depth 3", "2.40", "1.00×", "10.0 tok/s off", "A Q4_K - Medium, 1 slot"]
        {
            #expect(texts.contains(text), "\(text) is missing in \(texts)")
        }
        #expect(!texts.contains("0.60"))
    }

    @Test func namesCannotBreakTheDocument() throws {
        var engine = Samples.engine()
        engine.modelName = "<b> & \"quotes\" \u{1} 語"
        let texts = try read(SpeedupChart(report([1.5], engine: engine)).svg).texts
        #expect(texts.contains { $0.hasPrefix("<b> & \"quotes\" \u{FFFD} 語") })
    }

    @Test func nothingMeasuredIsSaid() throws {
        let empty = CalibrationReport(plan: Samples.plan(), measurements: [])
        #expect(try read(SpeedupChart(empty).svg).texts.contains("nothing was measured"))
    }

    @Test func theScaleIsRoundAndReachesEverything() {
        for step in 1...400 {
            let greatest = Double(step) * 0.05
            let scale = ChartScale(reaching: greatest, length: 200)
            #expect((scale.ticks.last ?? 0) >= max(1, greatest) - 1e-9)
            #expect((4...13).contains(scale.ticks.count), "\(scale.ticks)")
            #expect(scale.position(greatest) <= 200 + 1e-9 && scale.position(0) == 0)
        }
    }
}
