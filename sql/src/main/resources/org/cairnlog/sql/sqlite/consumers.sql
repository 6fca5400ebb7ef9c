CREATE TABLE IF NOT EXISTS cairn_consumer (
  log INTEGER NOT NULL,
  name TEXT NOT NULL,
  partitions INTEGER NOT NULL,
  token INTEGER NOT NULL DEFAULT 0,
  position TEXT,
  holder TEXT,
  lease_until INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'STOPPED',
  since INTEGER NOT NULL,
  why TEXT NOT NULL DEFAULT '',
  rate REAL NOT NULL DEFAULT 0,
  halt TEXT,
  halt_failed INTEGER NOT NULL DEFAULT 0,
  halted_at INTEGER NOT NULL DEFAULT 0,
  asks INTEGER NOT NULL DEFAULT 0,
  rebuilding INTEGER NOT NULL DEFAULT 0,
  replay_up_to TEXT,
  base TEXT,
  switching INTEGER NOT NULL DEFAULT 0,
  parked INTEGER NOT NULL DEFAULT 0,
  skipped INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (log, name)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS cairn_set_aside (
  number INTEGER PRIMARY KEY,
  log INTEGER NOT NULL,
  consumer TEXT NOT NULL,
  event TEXT NOT NULL,
  category TEXT NOT NULL,
  stream TEXT NOT NULL,
  version INTEGER NOT NULL,
  type TEXT NOT NULL,
  cause TEXT NOT NULL,
  why TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  set_aside_at INTEGER NOT NULL,
  wish TEXT,
  UNIQUE (log, consumer, event)
);

CREATE TABLE IF NOT EXISTS cairn_member (
  log INTEGER NOT NULL,
  consumer TEXT NOT NULL,
  member TEXT NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (log, consumer, member)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS cairn_generation (
  log INTEGER NOT NULL,
  base TEXT NOT NULL,
  active TEXT NOT NULL,
  PRIMARY KEY (log, base)
) WITHOUT ROWID;
