import Foundation
import GRDB

/// The durable record of every batch and prompt: what waits, what is answered, what failed.
///
/// One process owns it. Every call that writes returns when SQLite has synchronised its transaction to disk; calls
/// made at the same time share one (`GroupCommit`).
public final class Ledger: Sendable {
    /// What `prompt.state` holds.
    enum State: Int {
        case queued = 0
        case answered = 1
        case failed = 2
    }

    /// Pages of the write-ahead log after which SQLite copies them into the database: 32 MiB.
    private static let checkpointPages = 8192

    private let connection: any LedgerConnection
    /// The database file.
    public let path: String
    /// Names the life of this value among all that the ledger has seen.
    let session: String

    /// Opens the ledger, creating or migrating it.
    ///
    /// - Throws: ``SpoolError`` if the file cannot be opened, is damaged, or was written by a newer version.
    public init(path: String) throws(SpoolError) {
        self.path = path
        do {
            Self.createUnreadableForOthers(path)
            let database = try DatabasePool(path: path)
            connection = GroupCommit(database: database)
            session = UUID().uuidString
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
            try database.writeWithoutTransaction { try Self.noteSchemaVersion(in: $0) }
            // Connections that read before know the tables as they were.
            database.invalidateReadOnlyConnections()
        } catch let error as SpoolError {
            throw error
        } catch {
            throw Self.failure("open the ledger", path, error)
        }
    }

    /// Brings the schema's version into the file's header, and not only into the write-ahead log.
    private static func noteSchemaVersion(in db: Database) throws {
        guard try Int.fetchOne(db, sql: "PRAGMA user_version") != LedgerSchema.version else { return }
        try db.execute(sql: "PRAGMA user_version = \(LedgerSchema.version)")
        try db.checkpoint()
    }

    /// Uses a ledger that is open and has its tables.
    init(_ connection: any LedgerConnection, path: String, session: String) {
        self.connection = connection
        self.path = path
        self.session = session
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
        do { return try await connection.write(body) } catch { throw Self.failure(operation, path, error) }
    }

    /// Runs `body` on a consistent snapshot.
    func read<R: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> R
    ) async throws(SpoolError) -> R {
        do { return try await connection.read(body) } catch { throw Self.failure(operation, path, error) }
    }

    static func failure(_ operation: String, _ path: String, _ error: any Error) -> SpoolError {
        if let error = error as? SpoolError { return error }
        if let missing = error as? MissingOutcome {
            return SpoolError(
                operation: operation, path: path, reason: "\(missing)",
                remedy:
                    "the batch is not published without it; report this, and see the journal for what came before"
            )
        }
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

/// How a ledger reaches its database.
protocol LedgerConnection: Sendable {
    /// Runs `body` in a transaction and returns when that is on disk.
    func write<Result: Sendable>(_ body: @escaping @Sendable (Database) throws -> Result) async throws
        -> Result
    /// Runs `body` on a consistent snapshot.
    func read<Result: Sendable>(_ body: @escaping @Sendable (Database) throws -> Result) async throws
        -> Result
}
