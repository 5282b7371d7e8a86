import Foundation
import Spool

/// Tells everybody who looks at the page what has changed.
///
/// The status is read once a second, however many look, and not at all while nobody does.
actor StatusFeed {
    private static let interval: Duration = .seconds(1)
    /// More are refused: others want connections too.
    private static let mostListeners = 64
    /// Ticks after which a listener is sent something, so that one who has gone is noticed.
    private static let silentTicks = 3

    private struct Section {
        let name: String
        var markup = ""
        /// When it changed last.
        var version = 0
    }

    private struct Listener {
        let ticks: AsyncStream<Void>.Continuation
        /// The batch whose page is looked at; nil for the overview.
        let batch: String?
        /// What of the sections it was sent.
        var version = 0
        /// What was known of the batch when it was told last.
        var row: Overview.BatchRow?
        var silence = 0
    }

    private let read: @Sendable () throws -> Overview
    private let templates: PageTemplates
    private var sections: [Section] = []
    private var version = 0
    private var overview: Overview?
    private var listeners: [Int: Listener] = [:]
    private var lastNumber = 0
    private var isFinished = false

    /// - Parameter read: reads the status.
    init(templates: PageTemplates, read: @escaping @Sendable () throws -> Overview) {
        self.templates = templates
        self.read = read
    }

    /// Goes on until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            if !listeners.isEmpty { tick() }
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// Ends all that is being told.
    func finish() {
        isFinished = true
        for listener in listeners.values { listener.ticks.finish() }
        listeners = [:]
    }

    /// What somebody is told from now on, all of it at first.
    ///
    /// - Parameter batch: the batch whose page is looked at, by the ledger's id: it is told that the batch has changed,
    ///   and nothing else. Nil for the overview.
    /// - Throws: ``APIError`` where too many look already.
    func listen(to batch: String? = nil) throws(APIError) -> PageEvents {
        guard !isFinished, listeners.count < Self.mostListeners else {
            throw .unavailable("\(Self.mostListeners) look at the page already, or the server is stopping.")
        }
        if listeners.isEmpty { sections = [] }
        lastNumber += 1
        let number = lastNumber
        let (ticks, tick) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        listeners[number] = Listener(ticks: tick, batch: batch)
        if sections.isEmpty { refresh() }
        tick.yield()
        return PageEvents(ticks: ticks) { await self.changes(for: number) }
    }

    /// Looks at the status, and lets everybody ask what is new.
    func tick() {
        refresh()
        for (number, listener) in listeners {
            // Whose connection has ended has let go of the stream.
            if case .terminated = listener.ticks.yield() { listeners[number] = nil }
        }
    }

    /// A status that cannot be read, as on a disk that fails, leaves what was shown.
    private func refresh() {
        guard let overview = try? read() else { return }
        self.overview = overview
        if sections.isEmpty { sections = OverviewTemplate.sectionNames.map { Section(name: $0) } }
        version += 1
        for index in sections.indices {
            let markup = templates.part(sections[index].name, overview)
            guard markup != sections[index].markup else { continue }
            sections[index].markup = markup
            sections[index].version = version
        }
    }

    /// What a listener is not told of yet.
    private func changes(for number: Int) -> [UInt8] {
        guard var listener = listeners[number] else { return [] }
        defer { listeners[number] = listener }
        let events: [UInt8]
        if let batch = listener.batch {
            let row = overview?.row(of: batch)
            // At first, the page may be older than what is known.
            let isNews =
                listener.version == 0 || row != listener.row || mayHaveChanged(batch, since: listener)
            events = isNews && version > 0 ? PageEvents.event("batch", data: batch) : []
            listener.row = row
        } else {
            // A stream has events of its own that are called "open" and "error".
            events = sections.filter { $0.version > listener.version }
                .flatMap { PageEvents.event("section-\($0.name)", data: $0.markup) }
        }
        listener.version = version
        listener.silence = events.isEmpty ? listener.silence + 1 : 0
        guard events.isEmpty, listener.silence >= Self.silentTicks else { return events }
        listener.silence = 0
        return PageEvents.comment
    }

    /// Of more open batches than a status has, nothing is known but that some have changed.
    private func mayHaveChanged(_ batch: String, since listener: Listener) -> Bool {
        guard let overview, overview.openBatches?.onlySome == true, overview.row(of: batch) == nil else {
            return false
        }
        return sections.contains { $0.name == "open" && $0.version > listener.version }
    }
}

/// What somebody who looks at the page is told, as server-sent events.
struct PageEvents: Sendable {
    /// Each is an occasion to ask for what is next.
    let ticks: AsyncStream<Void>
    /// Nothing if there is nothing new.
    let next: @Sendable () async -> [UInt8]

    /// What says nothing.
    static let comment = Array(":\n\n".utf8)

    /// - Parameter data: may have lines, which arrive with line feeds between them.
    static func event(_ name: String, data: String) -> [UInt8] {
        let lines = data.utf8.split(omittingEmptySubsequences: false) {
            $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r")
        }
        return Array("event: \(name)\n".utf8)
            + lines.flatMap { Array("data: ".utf8) + $0 + [UInt8(ascii: "\n")] }
            + [UInt8(ascii: "\n")]
    }
}
