import Foundation
import Glibc
import Settings
import Testing

@testable import Web

@Suite struct ListenerCheckTests {
    private func results(_ site: WebSite, web: String) async throws -> [ListenerCheck.Result] {
        let file = site.layout.root + "/draftspool.yaml"
        let text = "runtime-directory: \(site.layout.root)/run\nweb: {\(web)}\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        return ListenerCheck(try await SettingsLoader(file: file, flags: [:], environment: [:]).load())
            .results()
    }

    private func text(_ result: ListenerCheck.Result?, isBad: Bool = true) -> String? {
        switch result {
        case .bad(let text, _) where isBad: text
        case .doubtful(let text, _) where !isBad: text
        default: nil
        }
    }

    private func isGood(_ result: ListenerCheck.Result?) -> Bool {
        if case .good? = result { true } else { false }
    }

    @Test func whatCanBeListenedOnIsGood() async throws {
        let site = try WebSite()
        let root = site.layout.root
        for listen in ["", "unix:api.sock", "unix:\(root)/api.sock"] {
            let found = try await results(site, web: "listen: \"\(listen)\"")
            #expect(found.count == 1 && isGood(found.first), "\(listen)")
        }
        #expect(!FileManager.default.fileExists(atPath: root + "/api.sock"))
    }

    /// As a daemon leaves it that was killed.
    @Test func aSocketThatNobodyListensOnIsInNobodysWay() async throws {
        let site = try WebSite()
        let path = site.layout.root + "/api.sock"
        close(try BoundSocket(path: path).descriptor)
        #expect(isGood(try await results(site, web: "listen: \"unix:\(path)\"").first))
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test func whatIsInTheWayIsSaid() async throws {
        let site = try WebSite()
        let root = site.layout.root
        _ = FileManager.default.createFile(atPath: root + "/file", contents: nil)
        let long = root + "/" + String(repeating: "a", count: SystemAddress.mostPathBytes)
        for (path, expected) in [
            (long, "bytes"), (root + "/file", "is no socket"),
            (root + "/none/api.sock", "there is no directory"),
            (root + "/file/api.sock", "is no directory"),
        ] {
            let found = try await results(site, web: "listen: \"unix:\(path)\"").first
            let said = text(found) ?? text(found, isBad: false)
            #expect(said?.contains(expected) == true, "\(path): \(String(describing: found))")
        }
    }

    @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
    func aDirectoryThatIsNotWritableIsSaid() async throws {
        let site = try WebSite()
        let directory = site.layout.root + "/closed"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        chmod(directory, 0o500)
        let found = try await results(site, web: "listen: \"unix:\(directory)/api.sock\"").first
        #expect(text(found)?.contains("not writable") == true)
    }

    @Test(arguments: [true, false]) func theDaemonIsKnownByItsAnswer(isPort: Bool) async throws {
        try await ServedSite.serve(isPort: isPort) { served async throws in
            #expect(ListenerProbe.ask(served.address) == .daemon)
        }
    }

    /// A web server answers too.
    @Test(arguments: [true, false]) func anotherProgramIsToldFromTheDaemon(isPort: Bool) async throws {
        let site = try WebSite()
        let (path, token) = (site.layout.root + "/other.sock", site.layout.root + "/token")
        try Data(ServedSite.token.utf8).write(to: URL(fileURLWithPath: token))
        let socket = try isPort ? BoundSocket(address: "127.0.0.1", port: 0) : BoundSocket(path: path)
        let port = SystemAddress(of: socket.descriptor)?.port?.number ?? 0
        let listen = isPort ? "127.0.0.1:\(port)" : "unix:" + path
        #expect(Glibc.listen(socket.descriptor, 1) == 0)
        Thread.detachNewThread {
            let connection = accept(socket.descriptor, nil, nil)
            let answer = Array("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".utf8)
            _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
            shutdown(connection, Int32(SHUT_WR))
        }
        let web = "listen: \"\(listen)\", token-file: \(token)"
        let found = try await results(site, web: web).first
        #expect(text(found)?.contains("another program listens on") == true)
        socket.abandon()
        #expect(isGood(try await results(site, web: web).first))
    }

    /// Who sends a byte now and then does not hold up the check.
    @Test(.timeLimit(.minutes(10))) func aProgramThatGoesOnAndOnIsNotHeardToItsEnd() async throws {
        let site = try WebSite()
        let path = site.layout.root + "/other.sock"
        let socket = try BoundSocket(path: path)
        defer { socket.abandon() }
        #expect(Glibc.listen(socket.descriptor, 1) == 0)
        let (sent, isSent) = AsyncStream<Void>.makeStream()
        Thread.detachNewThread {
            let connection = accept(socket.descriptor, nil, nil)
            while send(connection, "x", 1, Int32(MSG_NOSIGNAL)) == 1 {
                isSent.yield()
                usleep(20_000)
            }
            close(connection)
            isSent.finish()
        }
        let address = try #require(SystemAddress(path: path))
        #expect(ListenerProbe.ask(address, patience: .milliseconds(100)) != .daemon)
        // As many as would be an answer take more than a minute.
        var count = 0
        for await _ in sent { count += 1 }
        #expect(count < 4096)
    }

    @Test func whoSaysNothingIsSilent() throws {
        let site = try WebSite()
        let path = site.layout.root + "/other.sock"
        let socket = try BoundSocket(path: path)
        defer { socket.abandon() }
        #expect(Glibc.listen(socket.descriptor, 1) == 0)
        let address = try #require(SystemAddress(path: path))
        #expect(ListenerProbe.ask(address, patience: .milliseconds(100)) == .silence)
    }

    @Test func aTokenThatCannotServeIsSaid() async throws {
        let site = try WebSite()
        let token = site.layout.root + "/token"
        let web = "listen: \"127.0.0.1:8017\", token-file: \(token)"
        #expect(text(try await results(site, web: web).last)?.contains("there is no file \(token)") == true)
        try Data("short".utf8).write(to: URL(fileURLWithPath: token))
        chmod(token, 0o600)
        #expect(text(try await results(site, web: web).last)?.contains("holds no token") == true)
        try Data(ServedSite.token.utf8).write(to: URL(fileURLWithPath: token))
        chmod(token, 0o640)
        #expect(isGood(try await results(site, web: web).last))
        chmod(token, 0o644)
        #expect(
            text(try await results(site, web: web).last, isBad: false)?.contains("readable for every user")
                == true)
    }
}
