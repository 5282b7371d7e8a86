/// Makes small GGUF headers.
enum SampleGGUF {
    static func little(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    static func string(_ text: String) -> [UInt8] {
        little(UInt64(text.utf8.count)) + Array(text.utf8)
    }

    static func header(version: UInt32 = 3, pairCount: UInt64) -> [UInt8] {
        Array("GGUF".utf8) + little(version) + little(UInt64(0)) + little(pairCount)
    }

    static func bytes(version: UInt32 = 3, pairs: [[UInt8]] = everyKind) -> [UInt8] {
        header(version: version, pairCount: UInt64(pairs.count)) + pairs.joined()
    }

    private static func pair(_ key: String, _ kind: UInt32, _ value: [UInt8]) -> [UInt8] {
        string(key) + little(kind) + value
    }

    /// One value of each kind, and a string that is too long to keep.
    static let everyKind: [[UInt8]] =
        [pair("a.long", 8, string(String(repeating: "t", count: 70_000)))] + shortKinds

    /// One value of each kind, the interesting ones after the ones to pass over.
    static let shortKinds: [[UInt8]] = [
        pair("a.float32", 6, [0, 0, 128, 63]),
        pair("a.bool", 7, [1]),
        pair("a.float64", 12, little(UInt64(0))),
        pair("a.strings", 9, little(UInt32(8)) + little(UInt64(3)) + string("x") + string("") + string("yz")),
        pair("a.floats", 9, little(UInt32(6)) + little(UInt64(2)) + little(UInt64(7))),
        pair("a.empty", 9, little(UInt32(8)) + little(UInt64(0))),
        pair("a.uint8", 0, [200]), pair("a.int8", 1, [255]), pair("a.int16", 3, little(Int16(-2))),
        pair("a.int32", 5, little(Int32(-3))), pair("a.int64", 11, little(Int64(-4))),
        pair("toy.block_count", 10, little(UInt64(5))),
        pair("toy.context_length", 2, little(UInt16(300))),
        pair("toy.nextn_predict_layers", 4, little(UInt32(2))),
        pair("general.file_type", 4, little(UInt32(15))),
        pair("general.name", 8, string("A toy")),
        pair("general.architecture", 8, string("toy")),
    ]
}
