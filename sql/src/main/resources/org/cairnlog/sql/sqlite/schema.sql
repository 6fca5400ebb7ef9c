-- Storage format 1. A place is (log << 44) + position, so that every table is ordered by log and position at once.
CREATE TABLE cairn_format (number INTEGER NOT NULL);

CREATE TABLE cairn_log (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  uuid TEXT NOT NULL,
  restoring INTEGER NOT NULL
);

-- What changes rarely. The version of a stream is that of its last event.
CREATE TABLE cairn_stream (
  id INTEGER PRIMARY KEY,
  log INTEGER NOT NULL,
  category TEXT NOT NULL,
  name TEXT NOT NULL,
  bucket INTEGER NOT NULL,
  created INTEGER NOT NULL,
  removed_before INTEGER NOT NULL,
  UNIQUE (log, category, name)
);
CREATE UNIQUE INDEX cairn_stream_created ON cairn_stream (created);
CREATE INDEX cairn_stream_category ON cairn_stream (category, created);

-- Categories and types, each text once.
CREATE TABLE cairn_name (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

-- A husk has no schema version, and nothing of what follows it but the checksum.
CREATE TABLE cairn_event (
  place INTEGER PRIMARY KEY,
  stream INTEGER NOT NULL,
  version INTEGER NOT NULL,
  id BLOB NOT NULL,
  category INTEGER NOT NULL,
  type INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  starts_append INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  tags BLOB,
  schema_version INTEGER,
  occurred_at INTEGER,
  content_type TEXT,
  metadata TEXT,
  baseline INTEGER,
  payload BLOB,
  checksum INTEGER NOT NULL
);
CREATE UNIQUE INDEX cairn_event_version ON cairn_event (stream, version);
CREATE UNIQUE INDEX cairn_event_id ON cairn_event (id, place >> 44);
CREATE INDEX cairn_event_category ON cairn_event (category);
CREATE INDEX cairn_event_type ON cairn_event (type);

CREATE TABLE cairn_tag (
  tag TEXT NOT NULL,
  place INTEGER NOT NULL,
  PRIMARY KEY (tag, place)
) WITHOUT ROWID;

CREATE TABLE cairn_label (
  stream INTEGER NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  created INTEGER NOT NULL,
  PRIMARY KEY (stream, name)
) WITHOUT ROWID;
CREATE INDEX cairn_label_name ON cairn_label (name, created);
CREATE INDEX cairn_label_value ON cairn_label (name, value, created);

CREATE TABLE cairn_removal (
  log INTEGER NOT NULL,
  number INTEGER NOT NULL,
  stream INTEGER NOT NULL,
  deletion INTEGER NOT NULL,
  before INTEGER NOT NULL,
  events INTEGER NOT NULL,
  reason TEXT NOT NULL,
  removed_at INTEGER NOT NULL,
  PRIMARY KEY (log, number)
) WITHOUT ROWID;
CREATE INDEX cairn_removal_stream ON cairn_removal (stream);
