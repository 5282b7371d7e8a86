import HTTPTypes
import HummingbirdCore
import NIOCore
import Spool
import Synchronization

/// Writes answers, files in pieces, events as they come, and gives up a client that takes nothing any more.
struct ResponseSender {
    private static let pieceBytes = 1 << 18

    let channel: any Channel
    /// How long a piece may take to be taken.
    let patience: Duration

    /// - Throws: an error of the connection, or of the disk in the midst of a file.
    func send(_ response: WebResponse, isHead: Bool, by writer: consuming ResponseWriter) async throws {
        let progress = Progress()
        var unused: ResponseWriter? = consume writer
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [channel, patience] in
                try await progress.stop(after: patience)
                channel.close(mode: .all, promise: nil)
            }
            defer { group.cancelAll() }
            guard let writer = unused.take() else { return }
            var head = response.head
            if isHead {
                // Without a length it would be sent with the end of a body in pieces.
                if response.length == nil { head.headerFields[.contentLength] = "0" }
                return try await writer.writeResponse(head)
            }
            switch response.body {
            case .bytes(let bytes):
                let body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
                try await writer.write(response: head, body: body)
            case .file(let file):
                var body: any ResponseBodyWriter = try await writer.writeHead(head)
                try await send(file, by: &body, progress)
                try await body.finish(nil)
            case .events(let events):
                var body: any ResponseBodyWriter = try await writer.writeHead(head)
                for await _ in events.ticks {
                    let bytes = await events.next()
                    guard !bytes.isEmpty else { continue }
                    try await body.write(ByteBuffer(bytes: bytes))
                    progress.note()
                }
                try await body.finish(nil)
            }
        }
    }

    private func send(
        _ file: InputFile, by body: inout any ResponseBodyWriter, _ progress: Progress
    ) async throws {
        var offset = 0
        while offset < file.size {
            let bytes = try file.read(at: offset, length: min(Self.pieceBytes, file.size - offset))
            guard !bytes.isEmpty else {
                throw SpoolError(
                    operation: "send", path: file.path, reason: "it was cut short meanwhile",
                    remedy: "ask again")
            }
            try await body.write(ByteBuffer(bytes: bytes))
            progress.note()
            offset += bytes.count
        }
    }
}

/// When something last went on.
private final class Progress: Sendable {
    private let last = Mutex(ContinuousClock.now)

    func note() { last.withLock { $0 = .now } }

    /// Returns when nothing has gone on for `limit`.
    ///
    /// - Throws: `CancellationError`.
    func stop(after limit: Duration) async throws {
        while true {
            let end = last.withLock { $0 } + limit
            guard end > .now else { return }
            try await Task.sleep(until: end, clock: .continuous)
        }
    }
}
