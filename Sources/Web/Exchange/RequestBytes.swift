import HummingbirdCore
import JSON
import NIOCore

/// A request's body, read once, in the task of its connection.
final class RequestBytes {
    private static let mostJSONBytes = 1 << 20

    private var iterator: RequestBody.AsyncIterator
    private var isAtEnd = false

    init(_ body: RequestBody) {
        iterator = body.makeAsyncIterator()
    }

    /// What comes next; nil at the end.
    ///
    /// - Throws: ``BrokenBody`` if the client went away or spoke no HTTP.
    func next() async throws -> [UInt8]? {
        guard !isAtEnd else { return nil }
        do {
            if let buffer = try await iterator.next() { return Array(buffer.readableBytesView) }
        } catch {
            isAtEnd = true
            throw BrokenBody(reason: "\(error)")
        }
        isAtEnd = true
        return nil
    }

    /// The whole body as JSON.
    ///
    /// - Throws: ``APIError`` if it is none or too large.
    func json() async throws -> JSONObject {
        var bytes: [UInt8] = []
        while let more = try await next() {
            bytes += more
            guard bytes.count <= Self.mostJSONBytes else {
                throw APIError.tooLarge("The body has more than \(Self.mostJSONBytes) bytes.")
            }
        }
        do throws(JSONParseError) {
            if case .object(let object) = try JSON.parse(bytes) { return object }
        } catch {
            throw APIError.invalid("The body is not valid JSON: \(error).", code: "invalid_json")
        }
        throw APIError.invalid("The body is JSON, but no object.", code: "invalid_json")
    }

    /// Reads what is left and forgets it, so that another request can follow on the connection.
    ///
    /// - Returns: False if that is more than `limit`, bytes, or broke off.
    func discard(upTo limit: Int) async -> Bool {
        var count = 0
        do {
            while let bytes = try await next() {
                count += bytes.count
                if count > limit { return false }
            }
            return true
        } catch {
            return false
        }
    }
}

/// A request whose body did not come to its end.
struct BrokenBody: Error {
    let reason: String
}
