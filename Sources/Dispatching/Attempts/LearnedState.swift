import Foundation
import Logging
import Speculation
import Spool

/// What was learned, as it lies in a state directory: one file an engine.
public struct LearnedState: Sendable {
    public let stateDirectory: String

    public init(stateDirectory: String) {
        self.stateDirectory = stateDirectory
    }

    /// The directory of the files.
    public var directory: String { LearnedStore.directory(stateDirectory: stateDirectory) }

    /// The daemon that works with this state directory, nil if none does.
    ///
    /// A daemon keeps its ledger open, and SQLite holds a shared lock on a write-ahead database for as long as a
    /// connection is open; asking for the lock that conflicts names the process.
    public func daemonProcessID() -> Int32? {
        let descriptor = open(stateDirectory + "/ledger.sqlite", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        guard fcntl(descriptor, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK) else { return nil }
        return lock.l_pid
    }

    /// Makes sure that this process may write here and no daemon does, whose own figures would overwrite what is
    /// written.
    ///
    /// - Throws: ``LearnedStateError``.
    public func checkWritable() throws(LearnedStateError) {
        if let processID = daemonProcessID() {
            throw .inUse(stateDirectory: stateDirectory, processID: processID)
        }
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
        } catch {
            throw .notWritable(directory: directory, reason: error.localizedDescription)
        }
        guard access(directory, W_OK | X_OK) == 0 else {
            throw .notWritable(directory: directory, reason: String(cString: strerror(errno)))
        }
    }

    /// Adds observations to what is kept for an engine. A file that cannot be used is set aside first.
    ///
    /// - Returns: How many observations the engine's file now rests on.
    /// - Throws: ``LearnedStateError`` if a daemon runs, `SpoolError` if the file cannot be written.
    @discardableResult
    public func learn(
        _ observations: [Observation], for fingerprint: EngineFingerprint, logger: Logger
    ) async throws -> Int {
        try checkWritable()
        let store = LearnedStore(stateDirectory: stateDirectory, fingerprint: fingerprint, logger: logger)
        var model = await store.model
        for observation in observations { model.learn(observation) }
        let path = directory + "/\(fingerprint.key).json"
        try LinuxDisk().replace(path, with: try model.encoded())
        giveToDaemon(path)
        return model.observationCount
    }

    /// Root writes for the daemon's user, to whom the state directory belongs.
    private func giveToDaemon(_ path: String) {
        var status = stat()
        guard geteuid() == 0, stat(stateDirectory, &status) == 0 else { return }
        for path in [directory, path] { chown(path, status.st_uid, status.st_gid) }
    }

    /// Every engine that something is kept for, by the name of its file.
    ///
    /// - Throws: ``LearnedStateError`` if the directory is there but cannot be read.
    public func entries() throws(LearnedStateError) -> [LearnedEntry] {
        guard FileManager.default.fileExists(atPath: directory) else {
            guard access(stateDirectory, F_OK) == 0 || errno != EACCES else {
                throw .notReadable(directory: stateDirectory, reason: String(cString: strerror(EACCES)))
            }
            return []
        }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw .notReadable(directory: directory, reason: error.localizedDescription)
        }
        return names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted().map {
            LearnedEntry(path: directory + "/" + $0)
        }
    }
}

/// One file of learned state.
public struct LearnedEntry: Sendable {
    public let path: String
    /// When it was last written.
    public let changedAt: Date?
    /// The figures, or why the file cannot be used.
    public let content: Result<LearnedSummary, LearnedModelError>

    init(path: String) {
        self.path = path
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        changedAt = attributes?[.modificationDate] as? Date
        do {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            content = .success(try JSONDecoder().decode(LearnedModel.self, from: bytes).summary)
        } catch let error as LearnedModelError {
            content = .failure(error)
        } catch is DecodingError {
            content = .failure(.damaged("no learned state in JSON"))
        } catch {
            content = .failure(.damaged(error.localizedDescription))
        }
    }
}

/// Why the learned state cannot be read or added to.
public enum LearnedStateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A daemon works with it and would overwrite what is added.
    case inUse(stateDirectory: String, processID: Int32)
    case notWritable(directory: String, reason: String)
    case notReadable(directory: String, reason: String)

    public var description: String {
        switch self {
        case .inUse(let directory, let processID):
            "a daemon (process \(processID)) works with the state directory \(directory); stop it "
                + "(systemctl stop draftspoold), or measure without teaching it: --no-learn"
        case .notWritable(let directory, let reason):
            "cannot write into \(directory): \(reason); run this as the daemon's user (sudo -u draftspool …), "
                + "name another --state-directory, or measure only: --no-learn"
        case .notReadable(let directory, let reason):
            "cannot read \(directory): \(reason); run this as the daemon's user (sudo -u draftspool …), or name "
                + "another --state-directory"
        }
    }
}
