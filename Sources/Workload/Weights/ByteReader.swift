/// Reads little-endian values one after another from bytes whose number was checked before.
struct ByteReader {
    private let bytes: [UInt8]
    private var position: Int

    init(_ bytes: [UInt8], at position: Int) {
        self.bytes = bytes
        self.position = position
    }

    mutating func next<Value: FixedWidthInteger>() -> Value {
        defer { position += MemoryLayout<Value>.size }
        return bytes.withUnsafeBytes {
            Value(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: Value.self))
        }
    }

    /// Rows of eight `Int8`.
    mutating func nextRows(_ count: Int) -> [SIMD8<Int8>] {
        defer { position += count * MemoryLayout<SIMD8<Int8>>.stride }
        return bytes.withUnsafeBytes { bytes in
            [SIMD8<Int8>](unsafeUninitializedCapacity: count) { rows, initialized in
                let source = bytes[position..<position + count * MemoryLayout<SIMD8<Int8>>.stride]
                UnsafeMutableRawBufferPointer(rows).copyMemory(from: UnsafeRawBufferPointer(rebasing: source))
                initialized = count
            }
        }
    }

    mutating func nextFloat() -> Float {
        Float(bitPattern: next())
    }

    mutating func nextFloats() -> SIMD8<Float> {
        var values = SIMD8<Float>.zero
        for index in values.indices { values[index] = nextFloat() }
        return values
    }
}
