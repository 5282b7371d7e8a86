import HTTPTypes
import JSON
import Spool

/// `/v1/files`: uploading, listing, reading and deleting.
struct FileRoutes: Sendable {
    private static let usualLimit = 1000
    private static let greatestLimit = 10_000

    let catalog: FileCatalog

    private var uploads: UploadStore { catalog.uploads }

    var all: [Route] {
        [
            Route(.post, "/v1/files") { request, body in try await upload(request, body) },
            Route(.get, "/v1/files") { request, _ in try await list(request) },
            Route(.get, "/v1/files/*") { request, _ in
                let id = try fileID(in: request)
                guard let file = try await catalog.find(id) else { throw Self.missing(id.text) }
                return .json(file.json)
            },
            Route(.delete, "/v1/files/*") { request, _ in try delete(try fileID(in: request)) },
            Route(.get, "/v1/files/*/content") { request, _ in
                let id = try fileID(in: request)
                guard let content = try await catalog.open(id) else { throw Self.missing(id.text) }
                return .file(content)
            },
        ]
    }

    private func upload(_ request: WebRequest, _ body: RequestBytes) async throws -> WebResponse {
        let form = try UploadForm(contentType: request.headers[.contentType], store: uploads)
        do {
            while let bytes = try await body.next() { try form.take(bytes) }
            return .json(catalog.stored(try form.finish()).json)
        } catch {
            form.discard()
            throw error
        }
    }

    private func list(_ request: WebRequest) async throws -> WebResponse {
        let limit = try request.number("limit", in: 1...Self.greatestLimit, otherwise: Self.usualLimit)
        let purpose = try request.choice("purpose", StoredFile.Purpose.allCases.map(\.rawValue))
            .flatMap(StoredFile.Purpose.init(rawValue:))
        let isAscending = try request.choice("order", ["asc", "desc"]) == "asc"
        let files = try await catalog.files(
            of: purpose, beyond: try await start(request), isAscending: isAscending, limit: limit + 1)
        return .page(files.map { (id: $0.id.text, json: $0.json) }, limit: limit)
    }

    /// The place after which a page begins.
    private func start(_ request: WebRequest) async throws -> FilePlace? {
        guard let after = request.query["after"] else { return nil }
        guard let id = FileID(after), let file = try await catalog.find(id) else {
            throw APIError.invalid("No such File object: \(after).", param: "after")
        }
        return FilePlace(file)
    }

    private func delete(_ id: FileID) throws -> WebResponse {
        guard case .upload(let upload) = id else {
            throw APIError.forbidden(
                "\(id.text) belongs to a batch. Outputs and inputs in the spool go by the retention of the "
                    + "configuration, or by the hand of its owner.")
        }
        guard try uploads.delete(upload) else { throw Self.missing(upload) }
        return .json(["id": .string(upload), "object": "file", "deleted": true])
    }

    private func fileID(in request: WebRequest) throws(APIError) -> FileID {
        guard let id = FileID(request.wildcards[0]) else { throw Self.missing(request.wildcards[0]) }
        return id
    }

    private static func missing(_ id: String) -> APIError {
        .notFound("No such File object: \(id).", param: "id")
    }
}
