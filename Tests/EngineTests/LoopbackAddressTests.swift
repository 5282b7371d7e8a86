import Foundation
import Testing

@testable import Engine

@Suite("The address of an engine without UNIX sockets")
struct LoopbackAddressTests {
    @Test("has a key of its own that only this user can read, and leaves none behind")
    func keyFile() async throws {
        try await withTemporaryDirectory { directory in
            let address = try LoopbackAddress(directory: directory + "/run", name: "lane")
            try address.prepare()
            #expect(address.keyFile == directory + "/run/lane.key")
            #expect(try String(contentsOfFile: address.keyFile, encoding: .utf8) == address.key + "\n")
            #expect(address.key.count == 64)
            let attributes = try FileManager.default.attributesOfItem(atPath: address.keyFile)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            let next = try LoopbackAddress(directory: directory + "/run", name: "lane")
            try next.prepare()
            #expect(next.key != address.key)
            #expect(try String(contentsOfFile: address.keyFile, encoding: .utf8) == next.key + "\n")
            next.remove()
            #expect(!FileManager.default.fileExists(atPath: address.keyFile))
        }
    }

    @Test("says what is in the way of its key")
    func obstacle() async throws {
        try await withTemporaryDirectory { directory in
            try FileManager.default.createDirectory(
                atPath: directory + "/lane.key", withIntermediateDirectories: false)
            let address = try LoopbackAddress(directory: directory, name: "lane")
            let error = #expect(throws: EngineError.self) { try address.prepare() }
            let text = "\(try #require(error))"
            #expect(text.contains("cannot write the engine's key file \(directory)/lane.key"))
        }
    }

    @Test(
        "is not taken for its own by a program that answers there, whatever that answers",
        arguments: ["200 OK", "401 Unauthorized", "404 Not Found", "503 Service Unavailable"])
    func otherProgram(status: String) async throws {
        let address = try LoopbackAddress(directory: "/nonexistent", name: "lane")
        try await ScriptedServer.run(answer: ScriptedServer.http(status, body: "{}")) { server in
            let configuration = OpenAIEngineConfiguration(
                endpoint: .url(server.url), bearerToken: address.bearerToken)
            try await OpenAIEngine.run(configuration) { engine in
                #expect(!(await address.isListened(toBy: engine)))
            }
        }
    }
}
