import HTTPTypes

/// `/metrics`: what the daemon counts, for Prometheus.
struct MetricsRoute: Sendable {
    /// The version of the text format is in it: by that Prometheus tells how to read it.
    private static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    let text: @Sendable () async -> String

    var all: [Route] {
        [
            Route(.get, "/metrics") { _, _ in
                WebResponse(
                    status: .ok, headers: [.contentType: Self.contentType],
                    body: .bytes(Array(await text().utf8)))
            }
        ]
    }
}
