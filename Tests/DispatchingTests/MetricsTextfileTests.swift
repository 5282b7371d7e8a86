import Foundation
import Logging
import Synchronization
import Testing

@testable import Daemon
@testable import Dispatching

@Suite struct MetricsTextfileTests {
    /// Keeps what is logged; copies share it.
    private struct Messages: LogHandler {
        private final class Store: Sendable {
            let texts = Mutex<[String]>([])
        }

        var logLevel: Logger.Level = .trace
        var metadata: Logger.Metadata = [:]
        private let store = Store()

        var all: [String] { store.texts.withLock { $0 } }

        subscript(metadataKey key: String) -> Logger.MetadataValue? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { store.texts.withLock { $0.append("\(event.message)") } }
    }

    private let directory = NSTemporaryDirectory() + "draftspool-metrics-\(UInt32.random(in: 0 ... .max))"

    @Test func theFileIsReplacedAsAWholeAndReadableForAll() throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/draftspool.prom"
        var file = MetricsTextfile(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        file.write("a long first text\n", to: path)
        let first = try #require(FileStamp(path: path))
        file.write("b\n", to: path)
        let second = try #require(FileStamp(path: path))
        #expect(first != second)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "b\n")
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o644)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["draftspool.prom"])
        file.write("b\n", to: directory + "/other.prom")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["other.prom"])
        file.remove(unless: nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
    }

    @Test func aFailureIsToldOnce() throws {
        let messages = Messages()
        var file = MetricsTextfile(logger: Logger(label: "test") { _ in messages })
        let path = directory + "/missing/draftspool.prom"
        for _ in 0..<3 { file.write("a\n", to: path) }
        #expect(messages.all.count == 1 && messages.all[0].contains(path), "\(messages.all)")
        try FileManager.default.createDirectory(
            atPath: directory + "/missing", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        file.write("a\n", to: path)
        #expect(messages.all.count == 2)
    }
}
