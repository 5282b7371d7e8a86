import Foundation
import Logging
import Speculation
import Spool

/// What was learned of the engine at hand, in memory and on disk.
actor LearnedStore {
    private(set) var model: LearnedModel
    private let path: String
    private let logger: Logger
    private let saveInterval: Duration = .seconds(10)
    private var lastSave = ContinuousClock.now
    private var isChanged = false

    /// The directory below the state directory that holds one file an engine.
    static func directory(stateDirectory: String) -> String { stateDirectory + "/learned" }

    /// Loads what is kept for `fingerprint`.
    ///
    /// A file that cannot be used is set aside, and learning starts from the published figures.
    init(stateDirectory: String, fingerprint: EngineFingerprint, logger: Logger) {
        let directory = Self.directory(stateDirectory: stateDirectory)
        try? FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
        path = directory + "/\(fingerprint.key).json"
        self.logger = logger
        guard let bytes = FileManager.default.contents(atPath: path) else {
            model = LearnedModel(fingerprint: fingerprint)
            return
        }
        do {
            model = try LearnedModel(encoded: bytes, expecting: fingerprint)
        } catch {
            model = LearnedModel(fingerprint: fingerprint)
            let aside = path + ".set-aside-\(Int(Date().timeIntervalSince1970))"
            rename(path, aside)
            logger.warning("\(error); moved to \(aside), starting from published figures")
        }
    }

    /// What is kept for `fingerprint`, without changing anything; the published figures if nothing usable is.
    static func peek(stateDirectory: String, fingerprint: EngineFingerprint) -> LearnedModel {
        let path = directory(stateDirectory: stateDirectory) + "/\(fingerprint.key).json"
        guard let bytes = FileManager.default.contents(atPath: path),
            let model = try? LearnedModel(encoded: bytes, expecting: fingerprint)
        else { return LearnedModel(fingerprint: fingerprint) }
        return model
    }

    /// Whether the caller may not read what is kept for `fingerprint`, if there is anything.
    static func isHidden(stateDirectory: String, fingerprint: EngineFingerprint) -> Bool {
        access(directory(stateDirectory: stateDirectory) + "/\(fingerprint.key).json", R_OK) != 0
            && errno == EACCES
    }

    /// Learns from a generation and saves now and then.
    ///
    /// - Parameter timesSteps: whether its time says what steps cost, and not only its drafts how they are accepted.
    func learn(_ observation: Observation, timesSteps: Bool = true) {
        model.learn(observation, timesSteps: timesSteps)
        saveNowAndThen()
    }

    /// Learns what an answer took by the clock, and saves now and then.
    func learn(_ answer: AnswerTime) {
        model.learn(answer)
        saveNowAndThen()
    }

    /// Learns the cost of a step from a probe.
    func learnProbe(_ observation: Observation) {
        model.learnProbe(observation)
        isChanged = true
    }

    /// Counts the tokens of a finished answer, and those of its prompt that were read.
    func countGenerated(_ traits: PromptTraits, tokens: Int, read: Int) {
        model.countGenerated(traits, tokens: tokens, read: read)
        isChanged = true
    }

    /// Learns from a prompt that the engine read with nothing else to do.
    func learnReading(_ setting: DraftSetting, tokens: Int, milliseconds: Double) {
        model.learnReading(setting, tokens: tokens, milliseconds: milliseconds)
        isChanged = true
    }

    /// Counts figures that were no observation.
    func countRejected() {
        model.countRejected()
        isChanged = true
    }

    private func saveNowAndThen() {
        isChanged = true
        if lastSave.duration(to: .now) >= saveInterval { save() }
    }

    /// Writes what changed; a failure is logged, and the next save tries again.
    func save() {
        guard isChanged else { return }
        lastSave = .now
        do {
            try LinuxDisk().replace(path, with: try model.encoded())
            isChanged = false
        } catch {
            logger.warning("What was learned could not be saved: \(error)")
        }
    }
}
