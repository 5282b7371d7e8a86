import Foundation
import Spool

/// The directory of one calibration: its parameters, what was measured so far, and the reports.
///
/// One process works in it at a time, as long as this value lives.
public final class ResultsDirectory: Sendable {
    public let path: String
    private let lock: Int32

    public var parametersFile: String { path + "/parameters.json" }
    public var resultsFile: String { path + "/results.jsonl" }
    /// The rounds of a comparison.
    public var roundsFile: String { path + "/rounds.jsonl" }
    public var reportFile: String { path + "/report.json" }
    public var chartFile: String { path + "/chart.svg" }
    /// Says that the results were taught to the learned state.
    public var learnedFile: String { path + "/learned.json" }

    /// Opens or makes the directory.
    ///
    /// - Throws: ``CalibrationError`` if it cannot be made or another process works in it.
    public init(path: String) throws(CalibrationError) {
        self.path = URL(fileURLWithPath: path).standardizedFileURL.path
        do {
            try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
        } catch {
            throw CalibrationError(
                "cannot make \(path): \(error.localizedDescription)",
                remedy: "name another directory with --output")
        }
        lock = open(self.path + "/.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard lock >= 0 else {
            throw CalibrationError(
                "cannot write into \(path): \(String(cString: strerror(errno)))",
                remedy: "name another directory with --output")
        }
        // `deinit` closes the descriptor: every property has its value by now.
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            throw CalibrationError(
                "another calibration works in \(path)",
                remedy: "wait for it, or name another directory with --output")
        }
    }

    deinit {
        close(lock)
    }

    /// Records the parameters of a new calibration, or makes sure that they are those of the one that is here.
    ///
    /// - Throws: ``CalibrationError`` naming what differs; `SpoolError` if they cannot be written.
    public func claim(for parameters: SweepParameters) throws {
        guard let bytes = FileManager.default.contents(atPath: parametersFile) else {
            if FileManager.default.fileExists(atPath: resultsFile) {
                throw CalibrationError(
                    "\(path) has results but no parameters.json",
                    remedy: "name another directory with --output")
            }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try LinuxDisk().replace(parametersFile, with: [UInt8](try encoder.encode(parameters)))
            return
        }
        let earlier: SweepParameters
        do {
            earlier = try JSONDecoder().decode(SweepParameters.self, from: bytes)
        } catch {
            throw CalibrationError(
                "\(parametersFile) cannot be read as parameters of a calibration",
                remedy: "name another directory with --output")
        }
        guard earlier == parameters else {
            throw CalibrationError(
                "\(path) holds results of other parameters: "
                    + parameters.differences(from: earlier).joined(separator: "; "),
                remedy: "repeat the earlier command to go on with it, or name another directory with --output"
            )
        }
    }

    /// The measurements that are finished, in the order they were made.
    ///
    /// A last line that was cut off, as by a power cut, is taken away.
    ///
    /// - Throws: ``CalibrationError`` with the number of a line that cannot be read.
    public func measurements() throws -> [SweepMeasurement] {
        try records(in: resultsFile)
    }

    /// The rounds that are finished; otherwise as ``measurements()``.
    public func rounds() throws -> [ComparisonRound] {
        try records(in: roundsFile)
    }

    /// Adds a finished measurement, synchronised to disk.
    ///
    /// - Throws: `SpoolError` if it cannot be written.
    public func append(_ measurement: SweepMeasurement) throws {
        try append(measurement, to: resultsFile)
    }

    /// Adds a finished round, synchronised to disk.
    ///
    /// - Throws: `SpoolError` if it cannot be written.
    public func append(_ round: ComparisonRound) throws {
        try append(round, to: roundsFile)
    }

    private func records<Record: Decodable>(in file: String) throws -> [Record] {
        guard let bytes = FileManager.default.contents(atPath: file) else { return [] }
        let whole = (bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        if whole < bytes.count, truncate(file, off_t(whole)) != 0 {
            throw CalibrationError(
                "cannot take the unfinished last line off \(file): \(String(cString: strerror(errno)))",
                remedy: "check its permissions")
        }
        let decoder = JSONDecoder()
        return try bytes[..<whole].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated().filter { !$1.isEmpty }.map { index, line in
                do {
                    return try decoder.decode(Record.self, from: Data(line))
                } catch {
                    throw CalibrationError(
                        "\(file):\(index + 1): no measurement (\(error.localizedDescription))",
                        remedy: "take the line out, and it is measured again")
                }
            }
    }

    private func append(_ record: some Encodable, to file: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let writer = try FileWriter(creating: file, .appended)
        try writer.writeLine(try encoder.encode(record))
        try writer.finish()
    }
}
