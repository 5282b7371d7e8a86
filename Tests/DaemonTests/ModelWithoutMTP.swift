import Foundation

/// Cuts the multi-token-prediction block off a GGUF file, which leaves an ordinary model.
///
/// Layout: magic, version, tensor count, pair count; pairs (key, type, value); tensor infos (name, dimensions,
/// type, offset); padding; tensor data, each tensor aligned to 32 bytes.
struct ModelWithoutMTP {
    private var input: [UInt8]
    private var position = 0
    private static let alignment = 32

    static func write(from source: String, to target: String) throws {
        var model = ModelWithoutMTP(input: [UInt8](try Data(contentsOf: URL(fileURLWithPath: source))))
        try Data(try model.cut()).write(to: URL(fileURLWithPath: target))
    }

    private init(input: [UInt8]) {
        self.input = input
    }

    private mutating func cut() throws -> [UInt8] {
        position = 8
        let tensorCount = Int(integer(UInt64.self))
        let pairCount = Int(integer(UInt64.self))
        var blocks: UInt32 = 0
        for _ in 0..<pairCount {
            let key = string()
            let type = integer(UInt32.self)
            if key.hasSuffix(".block_count") {
                blocks = peek(UInt32.self)
                overwrite(blocks - 1)
            } else if key.hasSuffix(".nextn_predict_layers") {
                guard peek(UInt32.self) == 1 else { throw TestFailure("\(key) is not 1") }
                overwrite(UInt32(0))
            }
            skipValue(type)
        }
        let headEnd = position
        var tensors: [(info: Range<Int>, name: String, offset: Int)] = []
        for _ in 0..<tensorCount {
            let start = position
            let name = string()
            let dimensions = Int(integer(UInt32.self))
            position += 8 * dimensions + 4
            let offset = Int(integer(UInt64.self))
            tensors.append((start..<position, name, offset))
        }
        let dataStart = aligned(position)
        let ends = Dictionary(
            uniqueKeysWithValues: zip(
                tensors.map(\.offset).sorted(),
                tensors.map(\.offset).sorted().dropFirst() + [input.count - dataStart]))
        let kept = tensors.filter { !$0.name.hasPrefix("blk.\(blocks - 1).") }
        var head = Array(input[..<headEnd])
        head.replaceSubrange(8..<16, with: bytes(UInt64(kept.count)))
        var data: [UInt8] = []
        for tensor in kept {
            head += input[tensor.info.lowerBound..<(tensor.info.upperBound - 8)] + bytes(UInt64(data.count))
            data += input[(dataStart + tensor.offset)..<(dataStart + (ends[tensor.offset] ?? 0))]
            data += [UInt8](repeating: 0, count: aligned(data.count) - data.count)
        }
        head += [UInt8](repeating: 0, count: aligned(head.count) - head.count)
        return head + data
    }

    private func aligned(_ count: Int) -> Int {
        (count + Self.alignment - 1) / Self.alignment * Self.alignment
    }

    private func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    private func peek<Integer: FixedWidthInteger>(_: Integer.Type) -> Integer {
        input.withUnsafeBytes {
            Integer(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: Integer.self))
        }
    }

    private mutating func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) -> Integer {
        defer { position += MemoryLayout<Integer>.size }
        return peek(type)
    }

    private mutating func overwrite(_ value: UInt32) {
        input.replaceSubrange(position..<(position + 4), with: bytes(value))
    }

    private mutating func string() -> String {
        let count = Int(integer(UInt64.self))
        defer { position += count }
        return String(decoding: input[position..<(position + count)], as: UTF8.self)
    }

    private mutating func skipValue(_ type: UInt32) {
        switch type {
        case 0, 1, 7: position += 1
        case 2, 3: position += 2
        case 4, 5, 6: position += 4
        case 10, 11, 12: position += 8
        case 8: _ = string()
        case 9:
            let element = integer(UInt32.self)
            for _ in 0..<integer(UInt64.self) { skipValue(element) }
        default: break
        }
    }
}
