import SystemPackage

/// A GGUF file on disk.
struct GGUFFile: GGUFSource {
    let descriptor: FileDescriptor
    let path: String
    let byteCount: UInt64

    func read(at offset: UInt64, count: Int) throws(GGUFError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        do {
            while filled < count {
                let read = try bytes.withUnsafeMutableBytes { buffer in
                    try descriptor.read(
                        fromAbsoluteOffset: Int64(offset) + Int64(filled),
                        into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
                }
                guard read > 0 else { break }
                filled += read
            }
        } catch {
            throw .unreadable(path: path, reason: "\(error)")
        }
        bytes.removeLast(count - filled)
        return bytes
    }
}
