import HTTPTypes
import JSON
import Spool

/// `/v1/batches`: creating, listing, looking up and cancelling.
struct BatchRoutes: Sendable {
    private static let usualLimit = 20
    private static let greatestLimit = 100
    /// Where a client names a request that it may repeat.
    private static let keyHeader = HTTPField.Name("Idempotency-Key")
    private static let greatestKeyBytes = 255
    /// How long the daemon has to cancel something.
    private static let patience: Duration = .seconds(30)

    let catalog: BatchCatalog
    let files: FileCatalog
    let control: ControlBox

    private var book: OrderBook { catalog.book }

    var all: [Route] {
        [
            Route(.post, "/v1/batches") { request, body in try await create(request, body) },
            Route(.get, "/v1/batches") { request, _ in try await list(request) },
            Route(.get, "/v1/batches/*") { request, _ in try answer(try await batch(in: request)) },
            Route(.post, "/v1/batches/*/cancel") { request, _ in
                try await cancel(try await batch(in: request))
            },
        ]
    }

    private func create(_ request: WebRequest, _ body: RequestBytes) async throws -> WebResponse {
        let wish = try BatchWish(try await body.json())
        let key = Self.keyHeader.flatMap { request.headers[$0] }
        guard key?.utf8.count ?? 1 <= Self.greatestKeyBytes else {
            throw APIError.invalid("The Idempotency-Key has more than \(Self.greatestKeyBytes) bytes.")
        }
        // Whatever became of the upload since.
        if let order = try await book.order(key: key, as: wish) {
            return try answer(try await batch(order.id))
        }
        guard case .upload(let id) = wish.inputFile else {
            throw APIError.invalid(
                "\(wish.inputFile.text) belongs to a batch; upload the file, or run it by the spool.",
                param: "input_file_id")
        }
        guard let upload = files.uploads[id] else {
            throw APIError.notFound("No such File object: \(id).", param: "input_file_id")
        }
        let order = try await book.take(
            wish, of: upload, content: files.uploads.contentPath(of: id), key: key,
            after: try await catalog.ledger.lastSequence())
        return try answer(try await batch(order.id))
    }

    private func list(_ request: WebRequest) async throws -> WebResponse {
        let limit = try request.number("limit", in: 1...Self.greatestLimit, otherwise: Self.usualLimit)
        let batches = try await catalog.batches(after: request.query["after"], limit: limit + 1)
        let writer = BatchObject(files: files)
        return .page(try batches.map { (id: $0.id, json: try writer.json(of: $0)) }, limit: limit)
    }

    /// Cancels a batch as `draftspool cancel` does; one that the ledger does not have yet, as soon as it has it.
    private func cancel(_ batch: KnownBatch) async throws -> WebResponse {
        if case .ordered(let order) = batch, try await book.cancel(order.id) {
            return try answer(try await self.batch(batch.id))
        }
        // It may have come to the ledger since it was looked up.
        let current = try await self.batch(batch.id)
        guard let record = current.record else {
            throw APIError.invalid("\(current.id) has failed: there is nothing to cancel.")
        }
        let reply: ControlReply?
        do {
            reply = try await control.ask(
                ControlRequest(action: .cancel, batch: record.id), within: Self.patience)
        } catch let missing as MissingReply {
            guard !missing.wasWithdrawn else {
                throw APIError.unavailable(
                    "The daemon is busy; the batch was not cancelled. Try again later.")
            }
            reply = nil
        }
        if let reply, !reply.isDone {
            let remedy = reply.remedy.map { "; \($0)" } ?? ""
            throw APIError.invalid("Cannot cancel: \(reply.message)\(remedy).")
        }
        if let order = current.order { try await book.noteCancelling(order.id) }
        return try answer(try await self.batch(current.id))
    }

    private func answer(_ batch: KnownBatch) throws -> WebResponse {
        .json(try BatchObject(files: files).json(of: batch))
    }

    private func batch(in request: WebRequest) async throws -> KnownBatch {
        try await batch(request.wildcards[0])
    }

    private func batch(_ id: String) async throws -> KnownBatch {
        guard let batch = try await catalog.find(id) else { throw Self.missing(id) }
        return batch
    }

    private static func missing(_ id: String) -> APIError {
        .notFound("No such Batch object: \(id).", param: "id")
    }
}
