import Glibc
import JSON
import SystemPackage

/// What a GGUF model file says about itself, read from its header alone.
///
/// The layout is that of ggml's `gguf.md`, versions 2 and 3: magic, version, counts, and key-value pairs; the
/// tensors after them are not read. The file is not trusted: every length is checked against the file's size
/// before it is used, and memory stays within a few hundred kilobytes.
public struct GGUFMetadata: Sendable, Hashable {
    /// `general.architecture`, such as `qwen35`.
    public var architecture: String?
    /// `general.name`.
    public var name: String?
    /// `general.file_type` in llama-server's words, such as `Q4_K - Medium`.
    public var quantization: String?
    /// Blocks for multi-token prediction (`<architecture>.nextn_predict_layers`).
    public var predictionBlockCount: Int
    /// Tokens of context that the model was trained for.
    public var contextTokens: Int?
    /// The file's size.
    public var fileBytes: UInt64
    /// A short stable name for this very model file: a hash of its size, the beginning of its header, and
    /// samples from its middle and its end. Copies of a file have the same identity; a file trained further
    /// has another.
    public var identity: String

    /// Whether the model can draft for itself.
    public var hasMTPBlock: Bool { predictionBlockCount > 0 }

    /// Reads the header of the file at `path`. Of a model split into several files, give the first.
    ///
    /// - Throws: ``GGUFError``.
    public init(path: String) throws(GGUFError) {
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(
                FilePath(path), .readOnly, options: [.closeOnExec, .nonBlocking])
        } catch {
            throw .unreadable(path: path, reason: "\(error)")
        }
        defer { try? descriptor.close() }
        var status = stat()
        guard fstat(descriptor.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable(path: path, reason: "it is no regular file")
        }
        try self.init(source: GGUFFile(descriptor: descriptor, path: path, byteCount: UInt64(status.st_size)))
    }

    /// Reads the header at the beginning of `bytes`.
    ///
    /// - Throws: ``GGUFError``.
    public init(parsing bytes: [UInt8]) throws(GGUFError) {
        try self.init(source: GGUFBytes(bytes: bytes))
    }

    private init<Source: GGUFSource>(source: Source) throws(GGUFError) {
        var reader = GGUFReader(source)
        let magic = try source.read(at: 0, count: 4)
        guard magic == Array("GGUF".utf8) else { throw .notGGUF }
        try reader.skip(4)
        let version: UInt32 = try reader.integer()
        guard version == 2 || version == 3 else { throw .unsupportedVersion(version) }
        _ = try reader.integer(UInt64.self)
        let pairCount: UInt64 = try reader.integer()
        guard pairCount <= reader.remaining / 12 else { throw .truncated(atByte: reader.offset) }

        var contextTokens: [String: Int] = [:]
        predictionBlockCount = 0
        for _ in 0..<pairCount {
            let key = try reader.string(limit: 65_535)
            switch (key, try GGUFValue(from: &reader)) {
            case ("general.architecture", .string(let value)): architecture = value
            case ("general.name", .string(let value)): name = value
            case ("general.file_type", .integer(let value)): quantization = GGUFFileType.name(of: value)
            case (_, .integer(let value)) where key.hasSuffix(".nextn_predict_layers"):
                predictionBlockCount = Int(max(0, value))
            case (_, .integer(let value)) where key.hasSuffix(".context_length"):
                contextTokens[key] = Int(value)
            default: break
            }
        }
        self.contextTokens = contextTokens["\(architecture ?? "").context_length"]
        fileBytes = source.byteCount
        identity = try Self.identity(of: source)
    }

    private static func identity<Source: GGUFSource>(of source: Source) throws(GGUFError) -> String {
        var hash = StableHash()
        hash.combine(withUnsafeBytes(of: source.byteCount.littleEndian, Array.init))
        hash.combine(try source.read(at: 0, count: 64 << 10))
        hash.combine(try source.read(at: source.byteCount / 2, count: 16 << 10))
        hash.combine(try source.read(at: source.byteCount - min(source.byteCount, 16 << 10), count: 16 << 10))
        return hash.text
    }
}
