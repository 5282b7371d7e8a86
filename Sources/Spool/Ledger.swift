import Foundation
import GRDB

/// The durable record of every batch and prompt: what waits, what is answered, what failed.
///
/// One process owns it. Every call is one SQLite transaction, synchronised to disk before it returns.
public final class Ledger: Sendable {
    /// What `prompt.state` holds.
    enum State: Int {
        case queued = 0
        case answered = 1
        case failed = 2
    }

    let database: DatabasePool
    /// The database file.
    public let path: String

    /// Opens the ledger, creating or migrating it.
    ///
    /// - Throws: ``SpoolError`` if the file cannot be opened, is damaged, or was written by a newer version.
    public init(path: String) throws(SpoolError) {
        self.path = path
        do {
            Self.createUnreadableForOthers(path)
            database = try DatabasePool(path: path)
            // GRDB sets NORMAL when it turns on the write-ahead log; a power cut would take back commits.
            try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            let migrator = LedgerSchema.migrator
            let isNewer = try database.read { try migrator.hasBeenSuperseded($0) }
            guard !isNewer else {
                throw SpoolError(
                    operation: "use the ledger", path: path,
                    reason: "it was written by a newer version of Draftspool",
                    remedy: "install that version again, or name another state directory")
            }
            try migrator.migrate(database)
        } catch let error as SpoolError {
            throw error
        } catch {
            throw Self.failure("open the ledger", path, error)
        }
    }

    /// The ledger holds prompts' answers; SQLite gives its other files the permissions of this one.
    private static func createUnreadableForOthers(_ path: String) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        if descriptor >= 0 { close(descriptor) }
    }

    /// Runs `body` in one write transaction.
    func write<R: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> R
    ) async throws(SpoolError) -> R {
        do { return try await database.write(body) } catch { throw Self.failure(operation, path, error) }
    }

    /// Runs `body` on a consistent snapshot.
    func read<R: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> R
    ) async throws(SpoolError) -> R {
        do { return try await database.read(body) } catch { throw Self.failure(operation, path, error) }
    }

    static func failure(_ operation: String, _ path: String, _ error: any Error) -> SpoolError {
        if let error = error as? SpoolError { return error }
        let code = (error as? DatabaseError)?.resultCode
        return SpoolError(
            operation: operation, path: path, reason: "\(error)",
            remedy: code == .SQLITE_FULL
                ? "make room on the file system"
                : "check the disk and the permissions of its directory; if the file is damaged, move it away",
            code: code == .SQLITE_FULL ? ENOSPC : 0)
    }
}
