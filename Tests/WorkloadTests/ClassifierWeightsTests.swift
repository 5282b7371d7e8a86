import Foundation
import TestSupport
import Testing

@testable import Workload

@Suite struct ClassifierWeightsTests {
    private static let resource: [UInt8] =
        Data(base64Encoded: "\(BuiltInWeights.base64)").map(Array.init) ?? []

    private func error(_ change: (inout [UInt8]) -> Void) -> ClassifierResourceError? {
        var bytes = Self.resource
        change(&bytes)
        do {
            _ = try WorkloadClassifier(weights: bytes)
            return nil
        } catch {
            return error as? ClassifierResourceError
        }
    }

    @Test func theBuiltInResourceIsWholeAndSmall() throws {
        _ = try WorkloadClassifier()
        #expect(Self.resource.count == ClassifierWeights.byteCount)
        #expect(Self.resource.count <= 1 << 20)
        #expect(error { _ in } == nil)
    }

    @Test func anotherFileIsRefused() {
        #expect(error { $0 = [] } == .notWeights)
        #expect(error { $0 = Array("GGUF and more".utf8) } == .notWeights)
        #expect(error { $0[0] ^= 1 } == .notWeights)
    }

    @Test func anotherVersionIsRefused() {
        #expect(error { $0[4] = 99 } == .unsupportedVersion(found: 99, supported: ClassifierWeights.version))
    }

    @Test func wrongSizesAreRefused() {
        let whole = Self.resource.count
        for length in [4, 8, 23, 24, 100, whole - 1] {
            guard case .wrongSize(let found, _) = error({ $0 = Array($0[..<length]) }) else {
                Issue.record("\(length) bytes were not refused for their size")
                continue
            }
            #expect(found == length)
        }
        #expect(error { $0.append(0) } == .wrongSize(found: whole + 1, expected: whole))
        #expect(error { $0[8] = 17 } == .wrongSize(found: whole, expected: whole))
    }

    @Test func anyFlippedBitIsFound() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<40 {
            let position = Int.random(in: 16..<Self.resource.count, using: &random)
            let found = error { $0[position] ^= 1 << UInt8.random(in: 0...7, using: &random) }
            guard case .checksumMismatch = found else {
                Issue.record("a flipped bit in byte \(position) went unnoticed")
                continue
            }
        }
    }

    @Test func unusableValuesAreRefused() {
        for (offset, name) in [(24, "temperature"), (28, "step"), (32, "weights")] {
            let found = error { bytes in
                bytes.replaceSubrange(offset..<offset + 4, with: [0, 0, 0xC0, 0x7F])
                let checksum = ClassifierWeights.checksum(bytes[24...])
                for index in 0..<8 {
                    bytes[16 + index] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt64(index)))
                }
            }
            #expect(found == .unusableValue(name: name))
        }
    }

    @Test func errorsSayWhatToDo() {
        #expect(error { $0[4] = 99 }?.description.contains("reinstall") == true)
        #expect(error { $0[200] ^= 1 }?.description.contains("checksum") == true)
    }
}
