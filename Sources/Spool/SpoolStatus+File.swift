import Foundation

/// The status as a file of the spool.
extension SpoolStatus {
    /// Replaces the spool's status file.
    ///
    /// On a full disk, where there is no room for another file, the one that is there is overwritten: people look
    /// at the status just then.
    public func write(to layout: SpoolLayout) throws(SpoolError) {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes: [UInt8]
        do { bytes = [UInt8](try encoder.encode(self)) + [UInt8(ascii: "\n")] } catch {
            throw SpoolError(
                operation: "write", path: layout.statusFile, reason: "\(error)", remedy: "report this")
        }
        let temporary = layout.root + "/.status.json.tmp"
        do throws(SpoolError) {
            let writer = try FileWriter(creating: temporary)
            try writer.write(bytes)
            try writer.flush()
            guard rename(temporary, layout.statusFile) == 0 else {
                throw SpoolError(operation: "write", path: layout.statusFile)
            }
        } catch {
            unlink(temporary)
            guard error.code == ENOSPC || error.code == EDQUOT, Self.overwrite(layout.statusFile, bytes)
            else {
                throw error
            }
        }
    }

    /// Writes over a file within the room it has; what is left of it becomes blanks.
    private static func overwrite(_ path: String, _ bytes: [UInt8]) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return false }
        let blanks = max(0, Int(status.st_size) - bytes.count)
        let whole = bytes + [UInt8](repeating: UInt8(ascii: " "), count: blanks)
        return pwrite(descriptor, whole, whole.count, 0) == whole.count
    }

    /// Reads the spool's status file; nil if no daemon ever wrote one.
    public static func read(from layout: SpoolLayout) throws(SpoolError) -> SpoolStatus? {
        guard FileManager.default.fileExists(atPath: layout.statusFile) else { return nil }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: layout.statusFile))
            return try decoder.decode(SpoolStatus.self, from: data)
        } catch {
            throw SpoolError(
                operation: "read", path: layout.statusFile, reason: error.localizedDescription,
                remedy: "be a member of the spool's group; if the file is damaged, the daemon rewrites it")
        }
    }

    /// Whether the process that wrote this is still there.
    public var isDaemonAlive: Bool {
        guard state != .stopped else { return false }
        return kill(processID, 0) == 0 || errno == EPERM
    }
}
