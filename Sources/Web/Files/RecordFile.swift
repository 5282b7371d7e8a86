import Foundation
import Spool
import SystemPackage

/// How the API keeps what only it knows: a JSON file for each record.
enum RecordFile {
    private static let mostBytes = 1 << 20

    /// - Throws: `SpoolError` if the file cannot be read or holds no such record.
    static func read<Record: Decodable>(_ path: String, on disk: any Disk) throws(SpoolError) -> Record {
        let bytes = try disk.contents(of: path, limit: mostBytes)
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .secondsSince1970
        do { return try decoder.decode(Record.self, from: Data(bytes)) } catch {
            throw SpoolError(
                operation: "read", path: path, reason: "it is not what the daemon writes",
                remedy: "restore it, or move it away")
        }
    }

    static func bytes(of record: some Encodable, for path: String) throws(SpoolError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .secondsSince1970
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do { return [UInt8](try encoder.encode(record)) + [UInt8(ascii: "\n")] } catch {
            throw SpoolError(operation: "write", path: path, reason: "\(error)", remedy: "report this")
        }
    }

    /// The time, as it is read back: a date that did not go through seconds since 1970 may have more digits.
    static func now(on disk: any Disk) -> Date { Date(timeIntervalSince1970: disk.now.timeIntervalSince1970) }

    /// Makes directories, each in the one before it, which is synchronised.
    ///
    /// - Parameter root: the directory that is there.
    static func makeDirectories(_ paths: [String], in root: String, on disk: any Disk) throws(SpoolError) {
        var parent = root
        for path in paths {
            do throws(SpoolError) { try disk.makeDirectory(FilePath(path), mode: 0o750) } catch {
                guard error.code == EEXIST else { throw error }
            }
            // One that is there may be there for this run only.
            try disk.synchronize(directory: FilePath(parent))
            parent = path
        }
    }

    /// The names in a directory; none where there is no such directory.
    static func names(in directory: String, on disk: any Disk) throws(SpoolError) -> [String] {
        do throws(SpoolError) { return try disk.list(FilePath(directory)).map(\.text) } catch {
            guard error.code == ENOENT else { throw error }
            return []
        }
    }

    /// 24 hexadecimal digits that nothing else is called by.
    static func randomDigits() -> String {
        let digits = (0..<3).map { _ in
            let part = String(UInt32.random(in: .min ... .max), radix: 16)
            return String(repeating: "0", count: 8 - part.count) + part
        }
        return digits.joined()
    }

    /// Whether a text is what ``randomDigits()`` makes.
    static func isRandomDigits(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 24
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}
