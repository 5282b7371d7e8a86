import Foundation
import SystemPackage

/// The directory in which people ask the daemon for something and find its replies.
public struct ControlBox: Sendable {
    private static let requestSuffix = ".request.json"
    private static let replySuffix = ".reply.json"
    /// A request may name a million prompts.
    private static let maximumRequestBytes = 64 << 20
    private static let replyLifetimeSeconds = 3600.0

    public let directory: String
    private let disk: any Disk

    public init(layout: SpoolLayout) {
        disk = layout.disk
        directory = layout.control
    }

    private func requestPath(_ id: String) -> String { directory + "/" + id + Self.requestSuffix }

    private func replyPath(_ id: String) -> String { directory + "/" + id + Self.replySuffix }

    // MARK: The person's side

    /// Asks for something.
    ///
    /// - Returns: The id of the request.
    /// - Throws: ``SpoolError`` if the request cannot be written.
    public func ask(_ request: ControlRequest) throws(SpoolError) -> String {
        let id = "\(getpid())-" + String(UInt64.random(in: .min ... .max), radix: 16)
        let hidden = directory + "/." + id + ".part"
        defer { try? disk.remove(FilePath(hidden)) }
        let writer = try FileWriter(creating: hidden, on: disk)
        try writer.write(try Self.encoded(request, for: directory))
        try writer.finish()
        // A umask must not keep the daemon from reading it.
        guard chmod(hidden, 0o640) == 0,
            try disk.renameIfFree(FilePath(hidden), to: FilePath(requestPath(id)))
        else { throw SpoolError(operation: "ask in", path: directory) }
        return id
    }

    /// Takes the reply to a request; nil if there is none yet, or if the request still waits to be removed.
    ///
    /// - Throws: ``SpoolError`` if it cannot be read.
    public func takeReply(to id: String) throws(SpoolError) -> ControlReply? {
        guard try !isWaiting(id), try hasReply(to: id) else { return nil }
        let path = replyPath(id)
        let reply: ControlReply = try read(path)
        try? disk.remove(FilePath(path))
        return reply
    }

    /// Takes a request back that was not taken up.
    ///
    /// - Returns: False if it is gone.
    public func withdraw(_ id: String) -> Bool {
        (try? disk.remove(FilePath(requestPath(id)))) != nil
    }

    // MARK: The daemon's side

    /// Ids of the requests that wait; what is no regular file is left alone.
    ///
    /// - Throws: ``SpoolError`` if the directory cannot be read.
    public func waiting() throws(SpoolError) -> [String] {
        var ids: [String] = []
        for name in try disk.list(FilePath(directory)) where name.text.hasSuffix(Self.requestSuffix) {
            guard !name.text.hasPrefix("."),
                try disk.status(of: name.path(in: directory))?.kind == .regular
            else { continue }
            ids.append(String(name.text.dropLast(Self.requestSuffix.count)))
        }
        return ids.sorted()
    }

    /// Whether the request is still there.
    public func isWaiting(_ id: String) throws(SpoolError) -> Bool {
        try disk.exists(requestPath(id))
    }

    /// Whether a reply is there; with its request beside it, the request was carried out before a crash.
    public func hasReply(to id: String) throws(SpoolError) -> Bool {
        try disk.exists(replyPath(id))
    }

    /// Reads a request.
    ///
    /// - Throws: ``SpoolError`` if it is no regular file, too large, or not of this form.
    public func request(_ id: String) throws(SpoolError) -> ControlRequest {
        try read(requestPath(id))
    }

    /// Removes a request that was carried out.
    public func remove(_ id: String) throws(SpoolError) {
        do throws(SpoolError) { try disk.remove(FilePath(requestPath(id))) } catch {
            guard error.code == ENOENT else { throw error }
        }
        try disk.synchronize(directory: FilePath(directory))
    }

    /// Replies to a request.
    public func reply(_ reply: ControlReply, to id: String) throws(SpoolError) {
        try disk.replace(replyPath(id), with: try Self.encoded(reply, for: directory))
    }

    /// Removes replies that nobody took.
    public func removeOldReplies() {
        for name in (try? disk.list(FilePath(directory))) ?? [] where name.text.hasSuffix(Self.replySuffix) {
            let path = name.path(in: directory)
            guard let status = (try? disk.status(of: path)) ?? nil,
                disk.now.timeIntervalSince(status.modifiedAt) > Self.replyLifetimeSeconds
            else { continue }
            try? disk.remove(path)
        }
    }

    private func read<Value: Decodable>(_ path: String) throws(SpoolError) -> Value {
        let bytes = try disk.contents(of: path, limit: Self.maximumRequestBytes)
        do { return try JSONDecoder().decode(Value.self, from: Data(bytes)) } catch {
            throw SpoolError(
                operation: "read", path: path, reason: "it is not what the draftspool command writes",
                remedy: "use draftspool cancel and draftspool retry")
        }
    }

    private static func encoded(_ value: some Encodable, for path: String) throws(SpoolError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do { return [UInt8](try encoder.encode(value)) } catch {
            throw SpoolError(operation: "encode for", path: path, reason: "\(error)", remedy: "report this")
        }
    }
}
