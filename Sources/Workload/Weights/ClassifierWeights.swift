import Foundation

/// The trained numbers, read from their compact form.
///
/// All values are little-endian. Header: magic `DSWC`, version, log2 of the hashed rows, number of structural rows
/// (`UInt32` each), checksum of everything after it (`UInt64`). Then `Float32`: temperature, the value of one
/// `Int8` step, eight biases. Then eight `Int8` for each hashed row, and eight `Float32` for each structural row.
package struct ClassifierWeights: Sendable {
    /// Grows whenever the feature extraction changes: weights fit one extraction only.
    package static let version: UInt32 = 2
    /// log2 of the number of rows for hashed features.
    package static let hashBits = 16
    package static let magic: [UInt8] = Array("DSWC".utf8)
    private static let headerBytes = 24
    private static let classes = 8

    /// Softens the scores so that probabilities match how often the label is right.
    let temperature: Float
    let step: Float
    let bias: SIMD8<Float>
    let hashed: [SIMD8<Int8>]
    let structural: [SIMD8<Float>]

    /// The size of a resource of this version, in bytes.
    static var byteCount: Int {
        headerBytes + 4 * (2 + classes) + classes << hashBits + 4 * classes * StructuralFeature.allCases.count
    }

    /// Reads weights.
    ///
    /// - Throws: ``ClassifierResourceError`` when the bytes are not exactly a resource of this version.
    init(_ bytes: [UInt8]) throws(ClassifierResourceError) {
        guard bytes.starts(with: Self.magic) else { throw .notWeights }
        guard bytes.count >= Self.headerBytes else {
            throw .wrongSize(found: bytes.count, expected: Self.byteCount)
        }
        var reader = ByteReader(bytes, at: Self.magic.count)
        let version: UInt32 = reader.next()
        guard version == Self.version else {
            throw .unsupportedVersion(found: version, supported: Self.version)
        }
        let bits: UInt32 = reader.next()
        let structuralRows: UInt32 = reader.next()
        guard bits == Self.hashBits, structuralRows == StructuralFeature.allCases.count,
            bytes.count == Self.byteCount
        else {
            throw .wrongSize(found: bytes.count, expected: Self.byteCount)
        }
        let expected: UInt64 = reader.next()
        let found = Self.checksum(bytes[Self.headerBytes...])
        guard found == expected else { throw .checksumMismatch(found: found, expected: expected) }

        temperature = reader.nextFloat()
        step = reader.nextFloat()
        guard temperature.isFinite, temperature > 0 else { throw .unusableValue(name: "temperature") }
        guard step.isFinite, step > 0 else { throw .unusableValue(name: "step") }
        bias = reader.nextFloats()
        hashed = reader.nextRows(1 << Self.hashBits)
        var structural: [SIMD8<Float>] = []
        for _ in 0..<structuralRows { structural.append(reader.nextFloats()) }
        self.structural = structural
        guard Self.isFinite(bias), structural.allSatisfy(Self.isFinite) else {
            throw .unusableValue(name: "weights")
        }
    }

    /// The weights inside the program.
    static func builtIn() throws(ClassifierResourceError) -> ClassifierWeights {
        let encoded = BuiltInWeights.base64
        let data = Data(
            bytesNoCopy: UnsafeMutableRawPointer(mutating: encoded.utf8Start),
            count: encoded.utf8CodeUnitCount,
            deallocator: .none)
        guard let decoded = Data(base64Encoded: data) else { throw .notWeights }
        return try ClassifierWeights([UInt8](decoded))
    }

    private static func isFinite(_ values: SIMD8<Float>) -> Bool {
        values.indices.allSatisfy { values[$0].isFinite }
    }

    /// FNV-1a over little-endian words of eight bytes; the content of a resource is a whole number of them.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBytes { bytes in
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325
            var position = 0
            while position + 8 <= bytes.count {
                let word = UInt64(
                    littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                hash = (hash ^ word) &* 0x100_0000_01B3
                position += 8
            }
            return hash
        }
    }
}
