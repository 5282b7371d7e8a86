import Foundation
import JSON
import PromptBatch
import Spool
import Testing
import Workload

@testable import Web

@Suite struct OrderedLinesTests {
    private let path = NSTemporaryDirectory() + "/draftspool-lines-\(UUID().uuidString)"

    private func outcome(_ line: Int, bytes: Int) -> String {
        #"{"id":"batch_req_a-b-\#(line)","x":"\#(String(repeating: "y", count: bytes))"}"# + "\n"
    }

    private func lines(
        in range: ClosedRange<Int>, of text: String, on disk: any Disk = LinuxDisk()
    ) throws -> [Int: OrderedLines.Line] {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        defer { unlink(path) }
        let file = try InputFile(path: path, on: disk)
        return try OrderedLines(file: file, number: LineNumbers.ofOutcome, longest: 1 << 18).lines(in: range)
    }

    @Test(arguments: [0, 100, 5000, 100_000])
    func findsEveryRange(_ bytes: Int) throws {
        let numbers = Array(stride(from: 3, through: 150, by: 3))
        let text = numbers.map { outcome($0, bytes: bytes) }.joined()
        for first in [1, 3, 4, 72, 75, 149, 150, 151, 1000] {
            let found = try lines(in: first...(first + 10), of: text)
            #expect(found.keys.sorted() == numbers.filter { (first...(first + 10)).contains($0) })
            for (number, line) in found {
                guard case .bytes(let bytes) = line else {
                    Issue.record("\(number) is too long")
                    continue
                }
                #expect(LineNumbers.ofOutcome(bytes[...]) == number)
            }
        }
    }

    @Test func saysOfALongLineHowLongItIs() throws {
        let text = (1...9).map { outcome($0, bytes: $0 == 5 ? 1 << 20 : 10) }.joined()
        let found = try lines(in: 4...6, of: text)
        #expect(found.keys.sorted() == [4, 5, 6])
        guard case .tooLong(let bytes) = found[5] else {
            Issue.record("it is not too long")
            return
        }
        #expect(bytes > 1 << 20)
    }

    @Test func aFileWithoutLinesHasNone() throws {
        #expect(try lines(in: 1...10, of: "").isEmpty)
        #expect(try lines(in: 1...10, of: "somebody's own words\n\n").isEmpty)
    }

    /// 64 MiB, which take 64 readings from one end to the other.
    @Test func readsLittleOfALargeFile() throws {
        let text = (1...65_536).map { outcome($0, bytes: 980) }.joined()
        let found = try lines(in: 40_000...40_024, of: text, on: StoppingDisk(after: 30))
        #expect(found.count == 25)
    }

    @Test func numbersAreThoseThatWereWritten() throws {
        for id in ["q", #"a"b\c","line":7,"#, "\\\"", "\u{1}ü\n"] {
            let problem = PromptProblem(
                code: "x", message: "m", remedy: "r", line: 12, customID: id)
            let outcome = OutputLine(problem: problem, batchID: "20261128-1-a").serialized()
            #expect(LineNumbers.ofOutcome(outcome[...]) == 12)
            #expect(LineNumbers.ofRecord(PageSamples.record(id, line: 34).serialized()[...]) == 34)
        }
        #expect(LineNumbers.ofRecord(Array(#"{"custom_id":"a","line":5,"#.utf8)[...]) == 5)
        for text in ["", "{", #"{"id":"other"}"#, #"{"id":"batch_req_a-x"}"#, #"{"custom_id":"a"#] {
            #expect(LineNumbers.ofOutcome(Array(text.utf8)[...]) == nil)
            #expect(LineNumbers.ofRecord(Array(text.utf8)[...]) == nil)
        }
    }
}
