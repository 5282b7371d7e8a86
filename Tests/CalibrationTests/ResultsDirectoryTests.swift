import Foundation
import Testing

@testable import Calibration

final class ResultsDirectoryTests {
    private let path = FileManager.default.temporaryDirectory.path + "/calibration-\(UUID().uuidString)"

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    @Test func measurementsAreReadAsTheyWereWritten() throws {
        let directory = try ResultsDirectory(path: path)
        #expect(try directory.measurements().isEmpty)
        let measurements = (0..<5).map {
            Samples.measurement(
                Samples.key(Samples.depth3, repetition: $0),
                [Samples.request(milliseconds: Double($0) + 0.25, answer: "line\nbreak \"\($0)\" ü")])
        }
        for measurement in measurements { try directory.append(measurement) }
        #expect(try directory.measurements() == measurements)
    }

    @Test func anUnfinishedLineIsTakenAway() throws {
        let directory = try ResultsDirectory(path: path)
        let measurement = Samples.measurement(Samples.key(.off), [Samples.request(milliseconds: 1)])
        try directory.append(measurement)
        let whole = try #require(FileManager.default.contents(atPath: directory.resultsFile))
        for cut in stride(from: 1, to: whole.count, by: 7) {
            try (whole + whole.prefix(cut)).write(to: URL(fileURLWithPath: directory.resultsFile))
            #expect(try directory.measurements() == [measurement])
            try directory.append(measurement)
            #expect(try directory.measurements() == [measurement, measurement])
        }
    }

    @Test func aDamagedLineIsNamed() throws {
        let directory = try ResultsDirectory(path: path)
        try directory.append(Samples.measurement(Samples.key(.off), []))
        let good = try #require(FileManager.default.contents(atPath: directory.resultsFile))
        try (good + Data("nonsense\n".utf8) + good).write(to: URL(fileURLWithPath: directory.resultsFile))
        let error = try #require(throws: CalibrationError.self) { try directory.measurements() }
        #expect(error.problem.contains("results.jsonl:2:"))
    }

    @Test func otherParametersAreRefused() throws {
        let directory = try ResultsDirectory(path: path)
        let plan = Samples.plan(repeats: 2)
        try directory.claim(for: plan.parameters)
        try directory.claim(for: plan.parameters)
        let error = try #require(throws: CalibrationError.self) {
            try directory.claim(for: Samples.plan(repeats: 3).parameters)
        }
        #expect(error.problem.contains("--repeats: 2 then, 3 now"))
    }

    @Test func twoCalibrationsDoNotShareADirectory() throws {
        let first = try ResultsDirectory(path: path)
        #expect(throws: CalibrationError.self) { try ResultsDirectory(path: path) }
        withExtendedLifetime(first) {}
    }
}
