import Foundation
import TestSupport
import Testing

@testable import Spool

@Suite struct ContentDigestTests {
    private func digest(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBytes(ContentDigest.of) }

    /// Kept in ledgers on disk, so it may never change.
    @Test func itIsTheSameInEveryVersion() {
        #expect(digest([]) == 0x0000_0000_0000_0000)
        #expect(digest(Array(#"{"prompt":"a"}"#.utf8)) == 0x6EAF_99E7_FC96_9449)
    }

    /// From two bytes on: the single byte 1 has the digest of nothing, and no prompt is either.
    @Test(arguments: 0..<20) func anyChangeShows(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for length in 2...64 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let whole = digest(bytes)
            for index in bytes.indices {
                var changed = bytes
                changed[index] ^= 1 << UInt8.random(in: 0..<8)
                #expect(digest(changed) != whole)
            }
            #expect(digest(Array(bytes.dropLast())) != whole)
            #expect(digest(bytes + [0]) != whole)
        }
    }
}
