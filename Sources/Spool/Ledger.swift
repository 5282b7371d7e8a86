import Foundation
import GRDB

/// The durable record of every batch and prompt: what waits, what is answered, what failed.
///
/// One process owns it. Every call that writes returns when SQLite has synchronised its transaction to disk; calls
/// made at the same time share one (``GroupCommit``).
public final class Ledger: Sendable {
    /// What `prompt.state` holds.
    enum State: Int {
        case queued = 0
        case answered = 1
        case failed = 2
    }

    /// Pages of the write-ahead log after which SQLite copies them into the database: 32 MiB.
    private static let checkpointPages = 8192

    let database: DatabasePool
    private let commits: GroupCommit
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
            commits = GroupCommit(database: database)
            // GRDB sets NORMAL when it turns on the write-ahead log; a power cut would take back commits.
            try database.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
                try db.execute(sql: "PRAGMA wal_autocheckpoint = \(Self.checkpointPages)")
            }
            let migrator = LedgerSchema.migrator
            let isNewer = try database.read { try migrator.hasBeenSuperseded($0) }
            guard !isNewer else {
                throw SpoolError(
                    operation: "use the ledger", path: path,
                    reason: "it was written by a newer version of Draftspool",
                    remedy: "install that version again, or name another state directory")
            }
            try migrator.migrate(database)
            // Connections that read before know the tables as they were.
            database.invalidateReadOnlyConnections()
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

    /// Runs `body` in a write transaction that it may share with others; see ``GroupCommit``.
    func write<R: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> R
    ) async throws(SpoolError) -> R {
        do { return try await commits.write(body) } catch { throw Self.failure(operation, path, error) }
    }

    /// Runs `body` on a consistent snapshot.
    func read<R: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> R
    ) async throws(SpoolError) -> R {
        do { return try await database.read(body) } catch { throw Self.failure(operation, path, error) }
    }

    static func failure(_ operation: String, _ path: String, _ error: any Error) -> SpoolError {
        if let error = error as? SpoolError { return error }
        let (code, remedy) = consequence(of: (error as? DatabaseError)?.resultCode)
        return SpoolError(
            operation: operation, path: path, reason: "\(error)", remedy: remedy, code: code)
    }

    /// The system error number that comes closest to what SQLite says, and what to do.
    private static func consequence(of code: ResultCode?) -> (code: Int32, remedy: String) {
        switch code {
        case .SQLITE_FULL?: (ENOSPC, "make room on the file system")
        case .SQLITE_IOERR?: (EIO, "check the disk and that the file system is not full")
        case .SQLITE_READONLY?: (EROFS, "mount the file system writable")
        case .SQLITE_CANTOPEN?: (EIO, "check the permissions of its directory and that there is room")
        case .SQLITE_NOMEM?: (ENOMEM, "free memory")
        case .SQLITE_BUSY?, .SQLITE_LOCKED?: (EAGAIN, "end the other program that uses the ledger")
        default:
            (0, "check the disk and the permissions of its directory; if the file is damaged, move it away")
        }
    }
}
