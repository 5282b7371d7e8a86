import Foundation
import Testing

@testable import Web

@Suite struct BoundSocketTests {
    private let path = NSTemporaryDirectory() + "/draftspool-\(UInt32.random(in: .min ... .max)).sock"

    @Test func isForOwnerAndGroup() throws {
        let socket = try BoundSocket(path: path)
        var status = stat()
        #expect(lstat(path, &status) == 0)
        #expect(status.st_mode & S_IFMT == S_IFSOCK)
        #expect(status.st_mode & 0o777 == 0o660)
        #expect(!socket.isPort)
        #expect(socket.name == path)
        socket.abandon()
        #expect(lstat(path, &status) != 0)
    }

    @Test func takesThePlaceOfOneThatNobodyListensOn() throws {
        let earlier = try BoundSocket(path: path)
        close(earlier.descriptor)
        try BoundSocket(path: path).abandon()
    }

    @Test func leavesOneThatIsListenedOn() throws {
        let earlier = try BoundSocket(path: path)
        defer { earlier.abandon() }
        #expect(listen(earlier.descriptor, 1) == 0)
        let error = #expect(throws: WebFailure.self) { try BoundSocket(path: path) }
        #expect(error?.description.contains("another program listens on \(path)") == true)
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test func leavesWhatIsNoSocket() throws {
        try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
        defer { unlink(path) }
        let error = #expect(throws: WebFailure.self) { try BoundSocket(path: path) }
        #expect(error?.description.contains("is no socket") == true)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
    }

    @Test func aLongPathIsNone() {
        let long = "/tmp/" + String(repeating: "a", count: 103)
        let error = #expect(throws: WebFailure.self) { try BoundSocket(path: long) }
        #expect(error?.description.contains("108 bytes") == true)
    }

    @Test func aDirectoryThatIsNotThereIsSaid() {
        let error = #expect(throws: WebFailure.self) { try BoundSocket(path: "/nowhere/a.sock") }
        #expect(error?.description.contains("No such file or directory") == true)
    }

    @Test(arguments: ["127.0.0.1", "::1"]) func bindsAPort(_ address: String) throws {
        // Port 0 is any that is free.
        guard let socket = try? BoundSocket(address: address, port: 0) else { return }
        defer { socket.abandon() }
        let bound = try #require(SystemAddress(of: socket.descriptor)?.port)
        #expect(bound.address == address)
        #expect(bound.number > 0)
        #expect(socket.isPort)
        let other = #expect(throws: WebFailure.self) {
            _ = listen(socket.descriptor, 1)
            _ = try BoundSocket(address: address, port: bound.number)
        }
        #expect(other?.description.contains("Address already in use") == true)

        let passed = try BoundSocket(passed: socket.descriptor, listensAnywhere: false)
        defer { passed.abandon() }
        #expect(passed.isPort)
        #expect(passed.descriptor != socket.descriptor)
    }

    @Test func aPassedPortThatOthersReachTakesAWord() throws {
        let socket = try BoundSocket(address: "0.0.0.0", port: 0)
        defer { socket.abandon() }
        let error = #expect(throws: WebFailure.self) {
            try BoundSocket(passed: socket.descriptor, listensAnywhere: false)
        }
        #expect(error?.description.contains("web.listen-anywhere: true") == true)
        try BoundSocket(passed: socket.descriptor, listensAnywhere: true).abandon()
    }

    @Test func aPassedSocketKeepsItsName() throws {
        let socket = try BoundSocket(path: path)
        defer { socket.abandon() }
        let passed = try BoundSocket(passed: socket.descriptor, listensAnywhere: false)
        #expect(passed.name == path)
        #expect(!passed.isPort)
        passed.abandon()
        #expect(FileManager.default.fileExists(atPath: path))
    }

    /// Every program of the machine reaches it, and no token is asked for on a UNIX socket.
    @Test func aPassedSocketWithoutAPathIsRefused() throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        let address = try #require(SystemAddress(path: "\0" + path))
        #expect(address.hand { bind(descriptor, $0, $1) } == 0)
        let error = #expect(throws: WebFailure.self) {
            try BoundSocket(passed: descriptor, listensAnywhere: true)
        }
        #expect(error?.description.contains("no UNIX socket with a path") == true)
    }

    @Test func aPassedFileIsNoSocket() throws {
        let descriptor = open("/dev/null", O_RDONLY)
        defer { close(descriptor) }
        #expect(throws: WebFailure.self) { try BoundSocket(passed: descriptor, listensAnywhere: true) }
    }
}
