/**
 * The hub's database, one migration per schema version: entry n brings `user_version` from n to n + 1. An entry that was released is
 * never edited; a change is a further entry. Instants in `…_at` columns are milliseconds since 1970 UTC.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE lineage (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    t TEXT NOT NULL,
    k TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (t, k)
  );
  CREATE TABLE cursor (name TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;

  CREATE TABLE message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    grp TEXT NOT NULL,
    body TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    receives INTEGER NOT NULL DEFAULT 0,
    dead_at INTEGER
  );
  CREATE INDEX message_waiting ON message (queue, grp, visible_at, id) WHERE dead_at IS NULL;
  CREATE INDEX message_dead ON message (queue, id) WHERE dead_at IS NOT NULL;

  CREATE TABLE reference (type TEXT NOT NULL, value TEXT NOT NULL, t TEXT NOT NULL, PRIMARY KEY (value, type, t)) WITHOUT ROWID;
  CREATE TABLE waiter (type TEXT NOT NULL, value TEXT NOT NULL, t TEXT NOT NULL, PRIMARY KEY (value, type, t)) WITHOUT ROWID;

  CREATE TABLE work_list (list TEXT NOT NULL, id TEXT NOT NULL, ord TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (list, id)) WITHOUT ROWID;
  CREATE INDEX work_list_order ON work_list (list, ord, id);

  CREATE TABLE policy_release (release INTEGER PRIMARY KEY, version TEXT NOT NULL, recorded_at INTEGER NOT NULL);

  CREATE TABLE metric (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    name TEXT NOT NULL,
    line TEXT NOT NULL
  );

  CREATE TABLE execution (
    machine TEXT NOT NULL,
    name TEXT NOT NULL,
    input TEXT NOT NULL,
    status TEXT NOT NULL,
    answer TEXT,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (machine, name)
  ) WITHOUT ROWID;
  CREATE INDEX execution_unfinished ON execution (started_at) WHERE status = 'running';

  CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    host TEXT NOT NULL,
    process INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  `,
  `
  CREATE TABLE execution_event (
    machine TEXT NOT NULL,
    name TEXT NOT NULL,
    id INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (machine, name, id)
  ) WITHOUT ROWID;

  CREATE TABLE execution_task (
    token TEXT PRIMARY KEY,
    machine TEXT NOT NULL,
    name TEXT NOT NULL,
    place TEXT NOT NULL,
    status TEXT NOT NULL,
    answer TEXT,
    heartbeat_at INTEGER,
    ended INTEGER,
    UNIQUE (machine, name, place)
  ) WITHOUT ROWID;
  CREATE INDEX execution_task_waiting ON execution_task (machine, name) WHERE status = 'waiting';
  CREATE INDEX execution_task_ended ON execution_task (ended) WHERE ended IS NOT NULL;

  ALTER TABLE execution ADD COLUMN history INTEGER NOT NULL DEFAULT 1;
  CREATE INDEX execution_with_history ON execution (ended_at) WHERE history = 1 AND ended_at IS NOT NULL;
  `,
  `
  ALTER TABLE policy_release ADD COLUMN kind TEXT NOT NULL DEFAULT 'followed';
  ALTER TABLE policy_release ADD COLUMN actor TEXT NOT NULL DEFAULT 'hub';
  ALTER TABLE policy_release ADD COLUMN reason TEXT NOT NULL DEFAULT 'the policy files changed';
  CREATE TABLE policy_content (version TEXT PRIMARY KEY, files TEXT NOT NULL) WITHOUT ROWID;
  `,
  `
  ALTER TABLE execution ADD COLUMN rests_until_at INTEGER;
  `,
  `
  ALTER TABLE message ADD COLUMN in_hand INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE message ADD COLUMN interruptions INTEGER NOT NULL DEFAULT 0;
  `,
  `
  ALTER TABLE policy_release ADD COLUMN active_at INTEGER;
  ALTER TABLE policy_release ADD COLUMN approved_by TEXT;
  ALTER TABLE policy_release ADD COLUMN withdraws INTEGER;
  `,
  `
  ALTER TABLE policy_release ADD COLUMN replaces INTEGER;
  `,
  // The raw body of a document stands beside the rest of it, as it came: as JSON within JSON it would be parsed in every look. Rows from before
  // keep it where it is.
  `
  ALTER TABLE lineage ADD COLUMN raw TEXT;
  `,
];
