import GRDB

/// The ledger's tables, built up by migrations.
enum LedgerSchema {
    /// The number of migrations there are. The file's header has it too (`user_version`, bytes 60 to 63, big-endian):
    /// there the package reads it before it lets a version that does not know the tables take the place of this one.
    static var version: Int { migrator.migrations.count }

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            try db.execute(
                sql: """
                    CREATE TABLE batch (
                        seq INTEGER PRIMARY KEY AUTOINCREMENT,
                        id TEXT NOT NULL UNIQUE,
                        name TEXT NOT NULL,
                        inode INTEGER NOT NULL,
                        state TEXT NOT NULL,
                        format TEXT,
                        claimed_at REAL NOT NULL,
                        started_at REAL,
                        finished_at REAL,
                        output_name TEXT,
                        prompts INTEGER NOT NULL DEFAULT 0,
                        answered INTEGER NOT NULL DEFAULT 0,
                        failed INTEGER NOT NULL DEFAULT 0
                    );
                    CREATE TABLE prompt (
                        batch INTEGER NOT NULL REFERENCES batch(seq) ON DELETE CASCADE,
                        line INTEGER NOT NULL,
                        custom_id TEXT,
                        offset INTEGER NOT NULL,
                        length INTEGER NOT NULL,
                        state INTEGER NOT NULL,
                        grp TEXT,
                        traits BLOB,
                        tokens INTEGER NOT NULL DEFAULT 0,
                        priority INTEGER NOT NULL DEFAULT 0,
                        attempts INTEGER NOT NULL DEFAULT 0,
                        output BLOB,
                        timing BLOB,
                        answer TEXT,
                        PRIMARY KEY (batch, line)
                    ) WITHOUT ROWID;
                    CREATE UNIQUE INDEX prompt_custom_id ON prompt(batch, custom_id)
                        WHERE custom_id IS NOT NULL;
                    CREATE INDEX prompt_queue ON prompt(batch, grp, priority, line) WHERE state = 0;
                    """)
        }
        migrator.registerMigration("2") { db in try db.execute(sql: outcomesApart) }
        migrator.registerMigration("3") { db in try db.execute(sql: onePublisherAndReadPositions) }
        migrator.registerMigration("4") { db in try db.execute(sql: madeUpIDs) }
        migrator.registerMigration("5") { db in try db.execute(sql: deadlines) }
        migrator.registerMigration("6") { db in try db.execute(sql: hooks) }
        migrator.registerMigration("7") { db in try db.execute(sql: batchesOfAFile) }
        return migrator
    }

    /// Outcomes move out of the prompts' rows: rows stay small however long the answers are, and the outcomes of
    /// a published batch are deleted without touching them. The ids of deleted outcomes are never used again, so
    /// that deleting can be repeated after a crash. `digest` is of the prompt's bytes; null in older rows.
    private static let outcomesApart = """
        CREATE TABLE outcome (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            output BLOB NOT NULL,
            timing BLOB,
            answer TEXT
        );
        ALTER TABLE prompt ADD COLUMN outcome INTEGER;
        ALTER TABLE prompt ADD COLUMN digest INTEGER;
        ALTER TABLE batch ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE batch ADD COLUMN is_cancelled INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE batch ADD COLUMN is_swept INTEGER NOT NULL DEFAULT 0;
        UPDATE batch SET is_swept = 1 WHERE state IN ('done', 'failed');
        UPDATE batch SET priority =
            (SELECT coalesce(max(priority), 0) FROM prompt WHERE batch = seq AND state = 0)
            WHERE state NOT IN ('done', 'failed');
        CREATE INDEX batch_state ON batch(state, priority DESC, seq);
        CREATE INDEX batch_finished ON batch(finished_at) WHERE finished_at IS NOT NULL;
        """

    /// `publisher` is the session that publishes the batch. `closure` is a ``Closure``; the batches of earlier versions
    /// count as announced. `first_*` is where the batch begins in its file, `read_*` where reading goes on if that
    /// grows, `seen_bytes` how much of it is accounted for; null in older rows. `put_away` is the input's name in
    /// `done/`; `continues` is the batch of the same file that this one goes on from.
    private static let onePublisherAndReadPositions = """
        ALTER TABLE batch ADD COLUMN publisher TEXT;
        ALTER TABLE batch ADD COLUMN closure INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE batch ADD COLUMN first_bytes INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE batch ADD COLUMN first_lines INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE batch ADD COLUMN read_bytes INTEGER;
        ALTER TABLE batch ADD COLUMN read_lines INTEGER;
        ALTER TABLE batch ADD COLUMN seen_bytes INTEGER;
        ALTER TABLE batch ADD COLUMN put_away TEXT;
        ALTER TABLE batch ADD COLUMN continues INTEGER;
        ALTER TABLE batch ADD COLUMN is_continued INTEGER NOT NULL DEFAULT 0;
        """

    /// `deadline` of a prompt is when its time is over, `window_seconds` the completion window that this follows from, null
    /// where it is an instant; `is_expired` says that it ended so. `deadline` of a batch is the soonest of its prompts that
    /// wait, or one before it; `expired` counts. `file_deadline` or `file_window_seconds` is what the file says of prompts
    /// that say nothing.
    private static let deadlines = """
        ALTER TABLE prompt ADD COLUMN deadline REAL;
        ALTER TABLE prompt ADD COLUMN window_seconds INTEGER;
        ALTER TABLE prompt ADD COLUMN is_expired INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE batch ADD COLUMN deadline REAL;
        ALTER TABLE batch ADD COLUMN expired INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE batch ADD COLUMN file_deadline REAL;
        ALTER TABLE batch ADD COLUMN file_window_seconds INTEGER;
        CREATE INDEX prompt_deadline ON prompt(batch, deadline) WHERE state = 0 AND deadline IS NOT NULL;
        """

    /// `hook` is a ``HookState``, null where nobody is to be told of the end of the batch. It was tried `hook_tries` times,
    /// the last time in vain because of `hook_error`, and is due at `hook_at`.
    private static let hooks = """
        ALTER TABLE batch ADD COLUMN hook TEXT;
        ALTER TABLE batch ADD COLUMN hook_tries INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE batch ADD COLUMN hook_at REAL;
        ALTER TABLE batch ADD COLUMN hook_error TEXT;
        CREATE INDEX batch_hook ON batch(hook_at, hook_tries) WHERE hook = 'waiting';
        """

    /// Finds the batches of a file, those after one of them.
    private static let batchesOfAFile = "CREATE INDEX batch_file ON batch(inode, seq)"

    /// Which prompts got their id from their line's number, so that it can be given to a prompt whose file asks for it.
    private static let madeUpIDs = """
        ALTER TABLE prompt ADD COLUMN has_made_up_id INTEGER NOT NULL DEFAULT 0;
        """
}
