import Foundation
import TestSupport
import Testing

@testable import Spool

@Suite struct IncomingWatcherTests {
    /// Collects events until `count` names have arrived.
    private func arrivals(
        _ count: Int, from events: AsyncStream<IncomingWatcher.Event>
    ) async -> Set<String> {
        var names: Set<String> = []
        for await case .arrived(let name) in events {
            names.insert(name.text)
            if names.count == count { break }
        }
        return names
    }

    @Test func aFileArrivesWhenItIsClosedOrRenamedIn() async throws {
        let spool = try TestSpool()
        let events = try IncomingWatcher.events(in: spool.layout.incoming)
        try Data("x".utf8).write(to: URL(fileURLWithPath: spool.layout.root + "/elsewhere"))
        let opened = open(spool.layout.incoming + "/open", O_WRONLY | O_CREAT | O_CLOEXEC, 0o640)
        try #require(opened >= 0)
        defer { close(opened) }
        try spool.drop("written", "x")
        try #require(rename(spool.layout.root + "/elsewhere", spool.layout.incoming + "/renamed") == 0)
        #expect(await arrivals(2, from: events) == ["written", "renamed"])
    }

    @Test func aBurstIsSeenWhole() async throws {
        let spool = try TestSpool()
        let events = try IncomingWatcher.events(in: spool.layout.incoming)
        let names = Set((0..<2_000).map { "file-\($0)" })
        for name in names {
            let descriptor = open(spool.layout.incoming + "/" + name, O_WRONLY | O_CREAT | O_CLOEXEC, 0o640)
            try #require(descriptor >= 0)
            close(descriptor)
        }
        #expect(await arrivals(2_000, from: events) == names)
    }

    @Test func aNameThatIsNoUTF8IsTold() async throws {
        let spool = try TestSpool()
        let events = try IncomingWatcher.events(in: spool.layout.incoming)
        var path = spool.layout.incoming.utf8CString.dropLast() + [CChar(bitPattern: UInt8(ascii: "/"))]
        path += [CChar(bitPattern: 0xFF), CChar(bitPattern: 0xFE), 0]
        let descriptor = open(Array(path), O_WRONLY | O_CREAT | O_CLOEXEC, 0o640)
        try #require(descriptor >= 0)
        close(descriptor)
        let name = FileName(bytes: [0xFF, 0xFE])
        var seen: [IncomingWatcher.Event] = []
        for await event in events {
            seen.append(event)
            if event == .arrived(name) { break }
        }
        #expect(seen == [.created(name), .opened(name), .arrived(name)])
    }

    @Test func aDirectoryThatIsNotThereIsNamed() throws {
        let error = #expect(throws: SpoolError.self) {
            try IncomingWatcher.events(in: "/nonexistent/incoming")
        }
        #expect(error?.path == "/nonexistent/incoming")
    }

    /// One `struct inotify_event` with its name padded by zeros, as inotify(7) lays it out.
    private func record(mask: Int32, name: [UInt8]) -> [UInt8] {
        let padded = name.isEmpty ? [] : name + [UInt8](repeating: 0, count: 16 - name.count % 16)
        let header = [UInt32(1), UInt32(bitPattern: mask), 0, UInt32(padded.count)]
        return header.flatMap { word in withUnsafeBytes(of: word) { Array($0) } } + padded
    }

    @Test func recordsAreRead() {
        let bytes =
            record(mask: Int32(IN_CLOSE_WRITE), name: Array("a".utf8))
            + record(mask: Int32(IN_Q_OVERFLOW), name: [])
            + record(mask: Int32(IN_MOVED_TO), name: Array("ünïcode".utf8))
            + record(mask: Int32(IN_CLOSE_WRITE), name: [0xC3])
            + record(mask: Int32(IN_DELETE_SELF), name: [])
        #expect(
            IncomingWatcher.parse(bytes[...]) == [
                .arrived(FileName("a")), .rescan, .arrived(FileName("ünïcode")),
                .arrived(FileName(bytes: [0xC3])), .rescan,
            ])
    }

    @Test func truncatedAndArbitraryBytesAreSurvived() {
        var generator = SeededGenerator(seed: 1)
        let whole = (0..<4).flatMap { record(mask: Int32(IN_MOVED_TO), name: Array("name-\($0)".utf8)) }
        for length in 0...whole.count {
            #expect(IncomingWatcher.parse(whole[..<length]).count <= 4)
        }
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...96, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(IncomingWatcher.parse(bytes[...]).count <= count / 16)
        }
    }
}
