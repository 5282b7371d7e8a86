/// A metadata value of a GGUF header, as far as this module uses them.
enum GGUFValue: Sendable, Equatable {
    case integer(Int64)
    case string(String)
    /// A value of a kind that is not used: a float, a boolean, an array, or a very long string.
    case other

    /// Strings longer than this are passed over (chat templates, for example).
    private static let maximumStringBytes: UInt64 = 64 << 10

    /// The numbers that the format gives to the types.
    private enum Kind: UInt32 {
        case uint8, int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64, float64

        /// Bytes of one value; nil for strings and arrays, which say their own length.
        var fixedBytes: UInt64? {
            switch self {
            case .uint8, .int8, .bool: 1
            case .uint16, .int16: 2
            case .uint32, .int32, .float32: 4
            case .uint64, .int64, .float64: 8
            case .string, .array: nil
            }
        }
    }

    /// Reads a type number and the value after it.
    init<Source>(from reader: inout GGUFReader<Source>) throws(GGUFError) {
        let kind = try Self.kind(from: &reader)
        switch kind {
        case .uint8: self = .integer(Int64(try reader.integer(UInt8.self)))
        case .int8: self = .integer(Int64(try reader.integer(Int8.self)))
        case .uint16: self = .integer(Int64(try reader.integer(UInt16.self)))
        case .int16: self = .integer(Int64(try reader.integer(Int16.self)))
        case .uint32: self = .integer(Int64(try reader.integer(UInt32.self)))
        case .int32: self = .integer(Int64(try reader.integer(Int32.self)))
        case .uint64: self = .integer(Int64(clamping: try reader.integer(UInt64.self)))
        case .int64: self = .integer(try reader.integer(Int64.self))
        case .float32, .float64, .bool:
            try reader.skip(kind.fixedBytes ?? 0)
            self = .other
        case .string: self = try Self.string(from: &reader)
        case .array:
            try Self.skipArray(in: &reader)
            self = .other
        }
    }

    private static func kind<Source>(from reader: inout GGUFReader<Source>) throws(GGUFError) -> Kind {
        let start = reader.offset
        let number: UInt32 = try reader.integer()
        guard let kind = Kind(rawValue: number) else {
            throw .malformed("the type number \(number) at byte \(start) is not known")
        }
        return kind
    }

    private static func string<Source>(from reader: inout GGUFReader<Source>) throws(GGUFError) -> GGUFValue {
        var ahead = reader
        let length: UInt64 = try ahead.integer()
        guard length > maximumStringBytes else {
            return .string(try reader.string(limit: Int(maximumStringBytes)))
        }
        try ahead.skip(length)
        reader = ahead
        return .other
    }

    private static func skipArray<Source>(in reader: inout GGUFReader<Source>) throws(GGUFError) {
        let kind = try kind(from: &reader)
        let count: UInt64 = try reader.integer()
        switch kind {
        case .array:
            throw .malformed("an array of arrays at byte \(reader.offset)")
        case .string:
            guard count <= reader.remaining / 8 else { throw .truncated(atByte: reader.offset) }
            for _ in 0..<count {
                try reader.skip(try reader.integer(UInt64.self))
            }
        default:
            let (bytes, overflow) = count.multipliedReportingOverflow(by: kind.fixedBytes ?? 1)
            guard !overflow else { throw .truncated(atByte: reader.offset) }
            try reader.skip(bytes)
        }
    }
}
