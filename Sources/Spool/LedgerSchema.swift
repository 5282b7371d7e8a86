import GRDB

/// The ledger's tables, built up by migrations.
enum LedgerSchema {
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
        return migrator
    }
}
