import HTTPTypes
import PromptBatch
import Settings
import Spool

/// The page for people: `/`, `/batches/ID`, and `/events`, by which both follow what happens. They change nothing.
struct PageRoutes: Sendable {
    /// Where a browser says whose page has asked.
    private static let originHeader = HTTPField.Name("Sec-Fetch-Site")
    /// The page itself, and a person. A program that is no browser says nothing.
    private static let ownOrigins = ["same-origin", "none"]

    let templates: PageTemplates
    let feed: StatusFeed
    let catalog: BatchCatalog
    let layout: SpoolLayout

    /// Whether a path is one of these. A browser may open them by the password that it keeps; see ``Gate``.
    static func isPage(_ path: [String]) -> Bool {
        path == [""] || path == ["events"] || path.count == 2 && path[0] == "batches"
    }

    var all: [Route] {
        [
            Route(.get, "/") { _, _ in
                let overview = Overview(try SpoolStatus.ofThisProcess(in: layout))
                return templates.page("overview", overview, title: overview.state)
            },
            Route(.get, "/batches/*") { request, _ in try await page(of: request) },
            Route(.get, "/events") { request, _ in try await events(request) },
        ]
    }

    /// What of the overview changes, or that a batch has changed.
    ///
    /// Another page in the browser could not read it. But it could keep as many open as there may be, and the browser would
    /// send the password along.
    private func events(_ request: WebRequest) async throws -> WebResponse {
        let origin = Self.originHeader.flatMap { request.headers[$0] }
        if let origin, !Self.ownOrigins.contains(origin) {
            throw APIError.forbidden(
                "Events are for the page itself, and another one has asked (Sec-Fetch-Site).")
        }
        var headers = PageTemplates.headers
        headers[.contentType] = "text/event-stream"
        let events = try await feed.listen(to: request.query["batch"])
        return WebResponse(status: .ok, headers: headers, body: .events(events))
    }

    /// The page of a batch.
    func page(of request: WebRequest) async throws -> WebResponse {
        let batch = try await batch(request.wildcards[0])
        let line = try request.number("line", in: 1...Int.max, otherwise: 1)
        let page = BatchPage(try await matter(of: batch, from: line))
        return templates.page("batch", page, title: batch.name)
    }

    /// The batch of an id of the ledger, or of one by which the API knows it.
    private func batch(_ id: String) async throws -> BatchRecord {
        let batch =
            LedgerID.isOne(id)
            ? try await catalog.ledger.batch(id: id) : try await catalog.find(id)?.record
        guard let batch else {
            throw APIError.notFound(
                "No batch has the id \(id). It may not have been claimed yet, or have been forgotten by retention."
            )
        }
        return batch
    }

    private func matter(of batch: BatchRecord, from line: Int) async throws -> BatchPage.Matter {
        let (ledger, files) = (catalog.ledger, BatchFiles(of: batch, in: layout))
        let output = try files.output()
        let (entries, complaints) = try await BatchPrompts(files: files, output: output, ledger: ledger)
            .entries(from: line)
        let first = entries.first?.listed.line ?? line
        let last = try await ledger.line(of: batch.sequence, before: Int.max, count: 1) ?? 0
        let shownLast = entries.last?.listed.line ?? last
        return BatchPage.Matter(
            batch: batch,
            status: try SpoolStatus.ofThisProcess(in: layout)?.batches.first { $0.id == batch.id },
            summary: output?.summary, refusal: try files.refusal(), entries: entries,
            complaints: complaints,
            earlier: try await ledger.line(
                of: batch.sequence, before: first, count: BatchPrompts.perPage),
            later: shownLast < last ? shownLast + 1 : nil, lastLine: last)
    }
}
