-- The latest snapshot of each stream and schema: a cache, which holds nothing that the events do not tell.
CREATE TABLE IF NOT EXISTS cairn_snapshot (
  log INTEGER NOT NULL,
  category TEXT NOT NULL,
  name TEXT NOT NULL,
  schema TEXT NOT NULL,
  version INTEGER NOT NULL,
  event TEXT NOT NULL,
  taken_at INTEGER NOT NULL,
  state BLOB NOT NULL,
  PRIMARY KEY (log, category, name, schema)
);
