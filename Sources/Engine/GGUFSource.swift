/// Where the bytes of a GGUF file come from.
protocol GGUFSource {
    /// Bytes in all.
    var byteCount: UInt64 { get }
    /// Up to `count` bytes from `offset` on; fewer only at the end.
    func read(at offset: UInt64, count: Int) throws(GGUFError) -> [UInt8]
}
