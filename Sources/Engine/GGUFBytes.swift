/// GGUF bytes in memory.
struct GGUFBytes: GGUFSource {
    let bytes: [UInt8]

    var byteCount: UInt64 { UInt64(bytes.count) }

    func read(at offset: UInt64, count: Int) -> [UInt8] {
        guard offset < byteCount else { return [] }
        return Array(bytes[Int(offset)...].prefix(count))
    }
}
