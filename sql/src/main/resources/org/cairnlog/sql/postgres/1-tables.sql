-- Storage format 1. A position counts within its log; the version of a stream is that of its last event.
CREATE TABLE log (
  key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  id uuid NOT NULL,
  restoring boolean NOT NULL DEFAULT false
);

-- What changes rarely.
CREATE TABLE stream (
  key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  log integer NOT NULL,
  category text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  bucket smallint NOT NULL,
  created bigint NOT NULL,
  removed_before bigint NOT NULL DEFAULT 1,
  deleted boolean NOT NULL DEFAULT false,
  UNIQUE (log, category, name)
);
-- Partial, though no row is left out: for a table without statistics one index seems as good as another, and these can
-- serve nothing but listings in the order of creation.
CREATE UNIQUE INDEX stream_created ON stream (log, created) WHERE created IS NOT NULL;
CREATE INDEX stream_category ON stream (log, category, created) WHERE created IS NOT NULL;

-- Which types of events each category has: one index on events serves queries for types and for categories.
CREATE TABLE kind (
  key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  log integer NOT NULL,
  category text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  UNIQUE (log, category, type)
);
CREATE INDEX kind_type ON kind (log, type);

-- Times are microseconds since 1970. A husk has no schema version, and nothing of what follows it.
CREATE TABLE event (
  log integer NOT NULL,
  position bigint NOT NULL,
  stream bigint NOT NULL,
  version bigint NOT NULL,
  id uuid NOT NULL,
  kind integer NOT NULL,
  bucket smallint NOT NULL,
  starts_append boolean NOT NULL,
  recorded_at bigint NOT NULL,
  tags text[] COLLATE "C",
  place_sum integer NOT NULL,
  schema_version integer,
  size integer,
  occurred_at bigint,
  content_type text,
  metadata text,
  baseline boolean,
  payload bytea,
  content_sum integer,
  PRIMARY KEY (log, position)
);
CREATE UNIQUE INDEX event_version ON event (stream, version);
CREATE UNIQUE INDEX event_id ON event (id, log);
CREATE INDEX event_kind ON event (kind, position);

CREATE TABLE tag (
  log integer NOT NULL,
  tag text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (log, tag, position)
);

CREATE TABLE label (
  stream bigint NOT NULL,
  name text COLLATE "C" NOT NULL,
  log integer NOT NULL,
  value text COLLATE "C" NOT NULL,
  changed_at bigint NOT NULL,
  created bigint NOT NULL,
  PRIMARY KEY (stream, name)
);
CREATE INDEX label_name ON label (log, name, created);
-- For listings by a value and no others.
CREATE INDEX label_value ON label (log, name, value, created) WHERE value IS NOT NULL;

CREATE TABLE removal (
  log integer NOT NULL,
  number bigint NOT NULL,
  stream bigint NOT NULL,
  deletion boolean NOT NULL,
  before bigint NOT NULL,
  events bigint NOT NULL,
  reason text NOT NULL,
  removed_at bigint NOT NULL,
  PRIMARY KEY (log, number)
);
CREATE INDEX removal_stream ON removal (stream, number);
