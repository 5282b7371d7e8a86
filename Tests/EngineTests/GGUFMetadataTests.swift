import Foundation
import TestSupport
import Testing

@testable import Engine

@Suite("GGUF metadata")
struct GGUFMetadataTests {
    @Test("of the demo model")
    func demoModel() throws {
        let metadata = try GGUFMetadata(path: EngineUnderTest.model)
        #expect(metadata.architecture == "qwen35")
        #expect(metadata.quantization == "F16")
        #expect(metadata.hasMTPBlock)
        #expect(metadata.predictionBlockCount == 1)
        #expect(metadata.contextTokens == 4096)
        #expect(metadata.identity.count == 16)
        #expect(try GGUFMetadata(path: EngineUnderTest.model).identity == metadata.identity)
        let bytes = Array(try Data(contentsOf: URL(filePath: EngineUnderTest.model)))
        #expect(try GGUFMetadata(parsing: bytes) == metadata)
        #expect(metadata.fileBytes == UInt64(bytes.count))
    }

    @Test("has another identity when the weights differ")
    func identity() throws {
        var bytes = Array(try Data(contentsOf: URL(filePath: EngineUnderTest.model)))
        let original = try GGUFMetadata(parsing: bytes).identity
        bytes[bytes.count - 1] ^= 1
        #expect(try GGUFMetadata(parsing: bytes).identity != original)
    }

    @Test("reads every kind of value, in any order")
    func allKinds() throws {
        for version in [UInt32(2), 3] {
            let metadata = try GGUFMetadata(parsing: SampleGGUF.bytes(version: version))
            #expect(metadata.architecture == "toy")
            #expect(metadata.name == "A toy")
            #expect(metadata.quantization == "Q4_K - Medium")
            #expect(metadata.contextTokens == 300)
            #expect(metadata.predictionBlockCount == 2)
        }
        #expect(try GGUFMetadata(parsing: SampleGGUF.bytes(pairs: [])).hasMTPBlock == false)
    }

    @Test("refuses what is no GGUF, and what it does not know")
    func refusals() throws {
        #expect(throws: GGUFError.notGGUF) { try GGUFMetadata(parsing: []) }
        #expect(throws: GGUFError.notGGUF) { try GGUFMetadata(parsing: Array("#!/bin/sh".utf8)) }
        #expect(throws: GGUFError.unsupportedVersion(1)) {
            try GGUFMetadata(parsing: SampleGGUF.bytes(version: 1))
        }
        let swapped = UInt32(3).byteSwapped
        #expect("\(GGUFError.unsupportedVersion(swapped))".contains("big-endian"))
        for path in ["/nonexistent.gguf", "/tmp", "/dev/null"] {
            let error = #expect(throws: GGUFError.self) { try GGUFMetadata(path: path) }
            #expect(error?.description.contains(path) == true)
        }
    }

    @Test("refuses lengths that go past the end, however large")
    func hostileLengths() throws {
        let lengths: [UInt64] = [.max, .max / 8, 1 << 62, 1 << 32, 10_000]
        for length in lengths {
            let hostile: [[UInt8]] = [
                SampleGGUF.header(pairCount: length),
                SampleGGUF.header(pairCount: 1) + SampleGGUF.little(length),
                SampleGGUF.header(pairCount: 1) + SampleGGUF.string("k") + SampleGGUF.little(UInt32(8))
                    + SampleGGUF.little(length),
                SampleGGUF.header(pairCount: 1) + SampleGGUF.string("k") + SampleGGUF.little(UInt32(9))
                    + SampleGGUF.little(UInt32(8)) + SampleGGUF.little(length),
                SampleGGUF.header(pairCount: 1) + SampleGGUF.string("k") + SampleGGUF.little(UInt32(9))
                    + SampleGGUF.little(UInt32(12)) + SampleGGUF.little(length),
            ]
            for bytes in hostile {
                let error = #expect(throws: GGUFError.self) { try GGUFMetadata(parsing: bytes) }
                guard case .truncated? = error else {
                    Issue.record("\(String(describing: error))")
                    continue
                }
            }
        }
    }

    @Test("refuses unknown types and arrays of arrays")
    func malformed() {
        for kind in [UInt32(13), .max] {
            let bytes = SampleGGUF.bytes(pairs: [SampleGGUF.string("k") + SampleGGUF.little(kind)])
            #expect(throws: GGUFError.self) { try GGUFMetadata(parsing: bytes) }
        }
        let nested =
            SampleGGUF.string("k") + SampleGGUF.little(UInt32(9)) + SampleGGUF.little(UInt32(9))
            + SampleGGUF.little(UInt64(1))
        #expect(throws: GGUFError.self) { try GGUFMetadata(parsing: SampleGGUF.bytes(pairs: [nested])) }
    }

    @Test("cut short anywhere is an error, never a crash")
    func truncation() {
        let bytes = SampleGGUF.bytes(pairs: SampleGGUF.shortKinds)
        for length in bytes.indices {
            #expect(throws: GGUFError.self) { try GGUFMetadata(parsing: Array(bytes[..<length])) }
        }
    }

    @Test("altered anywhere never crashes")
    func mutation() {
        let original = SampleGGUF.bytes(pairs: SampleGGUF.shortKinds)
        var random = SeededGenerator(seed: 11)
        for _ in 0..<5000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let value = [0, 1, 0x7f, 0x80, 0xff, UInt8.random(in: 0...255, using: &random)]
                bytes[Int.random(in: bytes.indices, using: &random)] =
                    value.randomElement(using: &random) ?? 0
            }
            _ = try? GGUFMetadata(parsing: bytes)
        }
    }
}
