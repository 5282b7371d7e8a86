import Logging
import Publishing
import Settings
import Speculation
import Synchronization

/// Makes dispatchers, from what those of all engines share.
package final class DispatcherFactory: Sendable {
    private let inputs: BatchInputs
    private let queue: PromptQueue
    private let requests: RequestsInFlight
    private let recorder: OutcomeRecorder
    private let metrics: DaemonMetrics
    private let settings: SharedSettings
    private let logger: Logger
    private let failures = CountedFailures()
    private let lines = RateBudget(perSecond: 200)
    private let lessons = RateBudget(perSecond: 100)
    let socketNumbers = SocketNumbers()
    private let stores = Mutex<[String: LearnedStore]>([:])

    package init(
        inputs: BatchInputs, queue: PromptQueue, requests: RequestsInFlight, recorder: OutcomeRecorder,
        metrics: DaemonMetrics, settings: SharedSettings, logger: Logger
    ) {
        self.inputs = inputs
        self.queue = queue
        self.requests = requests
        self.recorder = recorder
        self.metrics = metrics
        self.settings = settings
        self.logger = logger
    }

    /// A dispatcher for one engine configuration, with what was learned of that engine.
    func makeDispatcher(
        for configuration: ServedConfiguration, start: DispatcherStart, work: SharedWork,
        socketPrefix: String, onReady: @escaping @Sendable () async -> Void
    ) -> Dispatcher {
        let store = store(for: configuration.source.fingerprint)
        let runner = PromptRunner(
            inputs: inputs, queue: queue, requests: requests, recorder: recorder,
            learning: AnswerLearning(store: store, budget: lessons, logger: logger), failures: failures,
            metrics: metrics, settings: settings, engineName: configuration.settings.engine.name,
            lines: lines, logger: logger)
        return Dispatcher(
            source: configuration.source, queue: queue, work: work, store: store, runner: runner,
            settings: configuration.settings, logger: logger, start: start, socketPrefix: socketPrefix,
            onReady: onReady)
    }

    /// Writes what was learned of an engine to disk.
    func saveLearned(of source: any EngineSource) async {
        await store(for: source.fingerprint).save()
    }

    private func store(for fingerprint: EngineFingerprint) -> LearnedStore {
        stores.withLock { stores in
            if let store = stores[fingerprint.key] { return store }
            let store = LearnedStore(
                stateDirectory: settings.current.stateDirectory, fingerprint: fingerprint, logger: logger)
            stores[fingerprint.key] = store
            return store
        }
    }
}
