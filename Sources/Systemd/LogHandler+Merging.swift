import Logging

extension LogHandler {
    /// The metadata of an event over that of its logger over that of the provider.
    func merged(with event: LogEvent) -> Logger.Metadata {
        let provided = metadataProvider?.get() ?? [:]
        let own = provided.merging(metadata) { _, new in new }
        return own.merging(event.metadata ?? [:]) { _, new in new }
    }
}
