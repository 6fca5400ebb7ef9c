-- The latest snapshot of each stream and schema: a cache, which holds nothing that the events do not tell. Times are
-- microseconds since 1970.
CREATE TABLE snapshot (
  log integer NOT NULL,
  category text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  schema text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  event uuid NOT NULL,
  taken_at bigint NOT NULL,
  state bytea NOT NULL,
  PRIMARY KEY (log, category, name, schema)
);

CREATE FUNCTION snapshot_1(p_log integer, p_category text, p_name text, p_schema text)
RETURNS TABLE (version bigint, event uuid, taken_at bigint, state bytea)
LANGUAGE sql STABLE SET search_path = "cairn", pg_catalog, pg_temp SET enable_seqscan = off
AS $$
  SELECT s.version, s.event, s.taken_at, s.state
  FROM snapshot s
  WHERE s.log = p_log AND s.category = p_category AND s.name = p_name AND s.schema = p_schema
$$;

-- Keeps a snapshot unless there is one of a higher version; whether it was kept.
CREATE FUNCTION save_snapshot_1(p_log integer, p_category text, p_name text, p_schema text, p_version bigint,
  p_event uuid, p_taken_at bigint, p_state bytea) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = "cairn", pg_catalog, pg_temp
AS $$
  WITH saved AS (
    INSERT INTO snapshot AS s (log, category, name, schema, version, event, taken_at, state)
    VALUES (p_log, p_category, p_name, p_schema, p_version, p_event, p_taken_at, p_state)
    ON CONFLICT (log, category, name, schema) DO UPDATE
    SET version = excluded.version, event = excluded.event, taken_at = excluded.taken_at, state = excluded.state
    WHERE s.version <= excluded.version
    RETURNING 1
  )
  SELECT EXISTS (SELECT 1 FROM saved)
$$;

-- Without a schema it takes all snapshots of the stream away, otherwise the one that is named in full.
CREATE FUNCTION discard_snapshots_1(p_log integer, p_category text, p_name text, p_schema text, p_version bigint,
  p_event uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = "cairn", pg_catalog, pg_temp SET enable_seqscan = off
AS $$
  DELETE FROM snapshot s
  WHERE s.log = p_log AND s.category = p_category AND s.name = p_name
    AND (p_schema IS NULL OR (s.schema = p_schema AND s.version = p_version AND s.event = p_event))
$$;
