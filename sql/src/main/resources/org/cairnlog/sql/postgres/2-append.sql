-- Every append of every node goes through append_1. The functions run as the owner of the schema, so that an appender
-- needs no right on a table. Their settings pin the plans: a plan that was made while a table was small must not become
-- a scan when it has grown.

-- The time of the database, in microseconds since 1970.
CREATE FUNCTION clock_1() RETURNS bigint
LANGUAGE sql VOLATILE
AS $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint $$;

-- Errors: CA001 = the log is not as assumed, CA002 = too many labels, CA003 = another session holds the lock.

-- Waits until this transaction is the log's only writer; false if that took longer than the patience.
CREATE FUNCTION lock_1(p_log integer, p_patience integer) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = "cairn", pg_catalog, pg_temp
AS $$
DECLARE
  space constant integer := 'log'::regclass::oid::bigint::bit(32)::integer;
  before text;
BEGIN
  IF pg_try_advisory_xact_lock(space, p_log) THEN
    RETURN true;
  END IF;
  before := current_setting('lock_timeout');
  PERFORM set_config('lock_timeout', p_patience || 'ms', true);
  BEGIN
    PERFORM pg_advisory_xact_lock(space, p_log);
  EXCEPTION WHEN lock_not_available THEN
    RETURN false;
  END;
  PERFORM set_config('lock_timeout', before, true);
  RETURN true;
END $$;

-- Who keeps the writers of a log waiting now: who has locked one of its tables, or else holds the log's lock. A
-- prepared transaction has no session, and its name stands for the application's.
CREATE FUNCTION holder_1(p_log integer, OUT pid integer, OUT name text, OUT application text, OUT state text,
  OUT age_ms bigint, OUT locked_table text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = "cairn", pg_catalog, pg_temp
AS $$
  SELECT l.pid, coalesce(a.usename, p.owner), coalesce(a.application_name, p.gid),
    CASE WHEN p.gid IS NULL THEN a.state ELSE 'prepared' END,
    (extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, a.query_start, p.prepared)) * 1000)::bigint,
    (SELECT c.relname FROM pg_class c WHERE c.oid = l.relation)
  FROM pg_locks l
  LEFT JOIN pg_stat_activity a ON a.pid = l.pid
  LEFT JOIN pg_locks t ON l.pid IS NULL AND t.pid IS NULL AND t.locktype = 'transactionid' AND t.granted
    AND t.virtualtransaction = l.virtualtransaction
  LEFT JOIN pg_prepared_xacts p ON p.transaction = t.transactionid
  WHERE l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (l.locktype = 'advisory' AND l.objsubid = 2 AND l.objid = p_log AND l.classid = 'log'::regclass::oid
      OR l.relation IN ('event'::regclass, 'tag'::regclass, 'stream'::regclass, 'kind'::regclass, 'label'::regclass)
        AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'))
  ORDER BY l.relation IS NULL, coalesce(a.xact_start, p.prepared)
  LIMIT 1
$$;

-- The position of the first event after a point that matches one item of a condition, or null.
CREATE FUNCTION first_match_1(p_log integer, p_after bigint, p_stream_categories text[], p_stream_names text[],
  p_categories text[], p_types text[], p_tags text[]) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = "cairn", pg_catalog, pg_temp
SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off
SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_tag text;
  v_rarest text := p_tags[1];
  v_fewest bigint := 1000;
  v_count bigint;
  v_found bigint;
BEGIN
  IF p_tags IS NOT NULL THEN
    IF array_length(p_tags, 1) = 1 AND p_stream_names IS NULL AND p_categories IS NULL AND p_types IS NULL THEN
      SELECT t.position INTO v_found FROM tag t
      WHERE t.log = p_log AND t.tag = v_rarest AND t.position > p_after
      ORDER BY t.position LIMIT 1;
      RETURN v_found;
    END IF;
    IF array_length(p_tags, 1) > 1 THEN
      FOREACH v_tag IN ARRAY p_tags LOOP
        SELECT count(*) INTO v_count
        FROM (SELECT FROM tag t WHERE t.log = p_log AND t.tag = v_tag AND t.position > p_after LIMIT v_fewest) few;
        IF v_count = 0 THEN
          RETURN NULL;
        ELSIF v_count < v_fewest THEN
          v_fewest := v_count;
          v_rarest := v_tag;
        END IF;
      END LOOP;
    END IF;
    SELECT t.position INTO v_found
    FROM (SELECT t.position FROM tag t WHERE t.log = p_log AND t.tag = v_rarest AND t.position > p_after
      ORDER BY t.position OFFSET 0) t
    CROSS JOIN LATERAL (
      SELECT FROM event e
      WHERE e.log = p_log AND e.position = t.position AND e.tags @> p_tags
        AND (p_types IS NULL OR (SELECT k.type FROM kind k WHERE k.key = e.kind) = ANY (p_types))
        AND (p_categories IS NULL OR (SELECT k.category FROM kind k WHERE k.key = e.kind) = ANY (p_categories))
        AND (p_stream_names IS NULL OR EXISTS (SELECT
          FROM (SELECT s.category, s.name FROM stream s WHERE s.key = e.stream OFFSET 0) s
          JOIN unnest(p_stream_categories, p_stream_names) q (category, name)
            ON s.category = q.category AND s.name = q.name))
      LIMIT 1) e
    LIMIT 1;
    RETURN v_found;
  END IF;
  IF p_stream_names IS NOT NULL THEN
    SELECT min(m.position) INTO v_found
    FROM unnest(p_stream_categories, p_stream_names) q (category, name)
    CROSS JOIN LATERAL (SELECT s.key FROM stream s
      WHERE s.log = p_log AND s.category = q.category AND s.name = q.name OFFSET 0) s
    CROSS JOIN LATERAL (SELECT e.position FROM event e
      WHERE e.stream = s.key AND e.version > version_at_1(s.key, p_after)
        AND (p_types IS NULL OR (SELECT k.type FROM kind k WHERE k.key = e.kind) = ANY (p_types))
        AND (p_categories IS NULL OR q.category = ANY (p_categories))
      ORDER BY e.version LIMIT 1) m;
    RETURN v_found;
  END IF;
  IF p_types IS NOT NULL OR p_categories IS NOT NULL THEN
    SELECT min(m.position) INTO v_found
    FROM (
      SELECT k.key FROM unnest(p_types) q (type)
      CROSS JOIN LATERAL (SELECT k.key, k.category FROM kind k WHERE k.log = p_log AND k.type = q.type OFFSET 0) k
      WHERE p_categories IS NULL OR k.category = ANY (p_categories)
      UNION ALL
      SELECT k.key FROM unnest(p_categories) q (category)
      CROSS JOIN LATERAL (SELECT k.key FROM kind k WHERE k.log = p_log AND k.category = q.category OFFSET 0) k
      WHERE p_types IS NULL
    ) k
    CROSS JOIN LATERAL (SELECT e.position FROM event e WHERE e.kind = k.key AND e.position > p_after
      ORDER BY e.position LIMIT 1) m;
    RETURN v_found;
  END IF;
  SELECT e.position INTO v_found FROM event e WHERE e.log = p_log AND e.position > p_after
  ORDER BY e.position LIMIT 1;
  RETURN v_found;
END $$;

-- The version of a stream's last event up to a position: versions and positions ascend together. It is looked for from
-- the end, in steps that double, since most who ask are not far behind, and then by halving.
CREATE FUNCTION version_at_1(p_stream bigint, p_position bigint) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = "cairn", pg_catalog, pg_temp
SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_low bigint;
  v_high bigint;
  v_middle bigint;
  v_step bigint := 1;
  v_position bigint;
BEGIN
  SELECT e.version, e.position INTO v_high, v_position FROM event e
  WHERE e.stream = p_stream ORDER BY e.version DESC LIMIT 1;
  IF p_position <= 0 OR v_high IS NULL THEN
    RETURN 0;
  END IF;
  v_low := v_high;
  WHILE v_position > p_position LOOP
    v_high := v_low - 1;
    v_low := greatest(v_low - v_step, 0);
    EXIT WHEN v_low = 0;
    v_step := v_step * 2;
    SELECT e.position INTO v_position FROM event e WHERE e.stream = p_stream AND e.version = v_low;
  END LOOP;
  WHILE v_low < v_high LOOP
    v_middle := (v_low + v_high + 1) / 2;
    SELECT e.position INTO v_position FROM event e WHERE e.stream = p_stream AND e.version = v_middle;
    IF v_position <= p_position THEN
      v_low := v_middle;
    ELSE
      v_high := v_middle - 1;
    END IF;
  END LOOP;
  RETURN v_low;
END $$;

-- The last position that was not recorded after a time, found in the same way: times never decrease with the position.
CREATE FUNCTION position_at_1(p_log integer, p_time bigint) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = "cairn", pg_catalog, pg_temp
SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_low bigint;
  v_high bigint;
  v_middle bigint;
  v_step bigint := 1;
  v_time bigint;
BEGIN
  SELECT e.position, e.recorded_at INTO v_high, v_time FROM event e
  WHERE e.log = p_log ORDER BY e.position DESC LIMIT 1;
  IF v_high IS NULL THEN
    RETURN 0;
  END IF;
  v_low := v_high;
  WHILE v_time > p_time LOOP
    v_high := v_low - 1;
    v_low := greatest(v_low - v_step, 0);
    EXIT WHEN v_low = 0;
    v_step := v_step * 2;
    SELECT e.recorded_at INTO v_time FROM event e WHERE e.log = p_log AND e.position = v_low;
  END LOOP;
  WHILE v_low < v_high LOOP
    v_middle := (v_low + v_high + 1) / 2;
    SELECT e.recorded_at INTO v_time FROM event e WHERE e.log = p_log AND e.position = v_middle;
    IF v_time <= p_time THEN
      v_low := v_middle;
    ELSE
      v_high := v_middle - 1;
    END IF;
  END LOOP;
  RETURN v_low;
END $$;

-- Checks and stores a batch of appends: locks, looks at what they rest on, and inserts all of them if it is as assumed.
-- Otherwise it stores nothing and tells what it found, so that the caller sorts out who is wrong and tries the rest.
--
-- p_mode: 'append'; 'commit' = raise an error rather than store nothing, so that a COMMIT in the same message does not
-- happen (its transaction is READ COMMITTED, so never stale); 'look' = store nothing. Arrays of arrays, which are far
-- quicker to hand over than as many arrays as they have columns: p_stream = category, name; p_place = bucket, number of
-- the stream's first event or null; p_kind = category, type; p_label = name, value; p_number, p_text and p_condition as
-- they are taken apart below. Null = an empty array.
--
-- p_expected, for each stream: null = not deleted; n >= 0 = at version n, not deleted; -1 = exists, not deleted;
-- -1 - n = deleted at version n. p_other_id are the ids of appends that the plan refuses: if they are taken, these are
-- repeats, and that comes first. Conditions hold up to the log's head before the batch.
--
-- p_head, p_head_id and p_head_at are where the log ended when the caller last learned of it: position, id and time of
-- the last event; the time, because a lost end may be stored again with the same ids. If it still ends there, nobody has
-- appended since, so a stream whose key is in p_known is at its expected version, and only the others are looked up;
-- the same goes for p_known_kind. p_trust = the ids are taken to be free until the unique index says otherwise.
CREATE FUNCTION append_1(
  p_mode text, p_log integer, p_patience integer,
  p_head bigint, p_head_id uuid, p_head_at bigint, p_trust boolean, p_known bigint[], p_known_kind integer[],
  p_stream text[], p_place integer[], p_expected bigint[], p_kind text[],
  p_number integer[], p_text text[], p_occurred_at bigint[], p_payload bytea[],
  p_tag_event integer[], p_tag text[], p_label_stream integer[], p_label text[],
  p_other_id text[], p_after bigint[], p_condition text[],
  OUT outcome text, OUT head bigint, OUT head_id uuid, OUT head_at bigint, OUT stored_at bigint, OUT keys bigint[],
  OUT versions bigint[], OUT deleted boolean[],
  OUT kinds integer[], OUT taken uuid[], OUT taken_at bigint[], OUT matches bigint[], OUT foreign_cursors integer[])
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = "cairn", pg_catalog, pg_temp
SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off
SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_space constant integer := 'log'::regclass::oid::bigint::bit(32)::integer;
  v_timeout constant text := current_setting('lock_timeout');
  v_met boolean := true;
  v_new bigint[];
  v_crowded integer;
BEGIN
  -- Whoever has locked a table is waited for no longer than whoever holds the log's lock.
  PERFORM set_config('lock_timeout', p_patience || 'ms', true);
  IF NOT pg_try_advisory_xact_lock(v_space, p_log) AND NOT lock_1(p_log, p_patience) THEN
    IF p_mode = 'commit' THEN
      RAISE EXCEPTION 'the log is busy' USING ERRCODE = 'CA003';
    END IF;
    outcome := 'busy';
    RETURN;
  END IF;

  SELECT e.position, e.id, e.recorded_at INTO head, head_id, head_at FROM event e
  WHERE e.log = p_log ORDER BY e.position DESC LIMIT 1;
  head := coalesce(head, 0);
  IF current_setting('transaction_isolation') <> 'read committed' AND stale_1(p_log, head) THEN
    outcome := 'stale';
    RETURN;
  END IF;

  IF p_head = head AND p_head_id = head_id AND p_head_at = head_at THEN
    keys := p_known;
    kinds := p_known_kind;
  END IF;
  IF keys IS NOT NULL AND array_position(keys, NULL) IS NULL THEN
    versions := p_expected;
  ELSE
    -- Nested loops keep the order of the arrays.
    SELECT array_agg(coalesce(keys[n], s.key)),
      array_agg(CASE WHEN keys[n] IS NULL THEN coalesce(e.version, 0) ELSE p_expected[n] END),
      array_agg(coalesce(s.deleted, false)),
      bool_and(CASE
        WHEN keys[n] IS NOT NULL THEN true
        WHEN p_expected[n] IS NULL THEN s.deleted IS NOT TRUE
        WHEN p_expected[n] >= 0 THEN s.deleted IS NOT TRUE AND coalesce(e.version, 0) = p_expected[n]
        WHEN p_expected[n] = -1 THEN s.deleted IS FALSE
        ELSE s.deleted IS TRUE AND e.version = -1 - p_expected[n] END)
    INTO keys, versions, deleted, v_met
    FROM generate_series(1, array_length(p_stream, 1)) n
    LEFT JOIN LATERAL (SELECT s.key, s.deleted FROM stream s
      WHERE s.log = p_log AND s.category = p_stream[n][1] AND s.name = p_stream[n][2] AND keys[n] IS NULL OFFSET 0) s
      ON true
    LEFT JOIN LATERAL (SELECT e.version FROM event e WHERE e.stream = s.key ORDER BY e.version DESC LIMIT 1) e ON true;
  END IF;
  IF p_other_id IS NOT NULL THEN
    SELECT array_agg(e.id), array_agg(e.position) INTO taken, taken_at
    FROM unnest(p_other_id) q (id)
    CROSS JOIN LATERAL (SELECT e.id, e.position FROM event e
      WHERE e.id = q.id::uuid AND e.log + 0 = p_log OFFSET 0) e;
  END IF;
  IF p_after IS NOT NULL THEN
    -- A tag that nothing has after the point decides for itself, and most conditions have one.
    SELECT array_agg(CASE WHEN q.after < head AND NOT EXISTS (SELECT FROM unnest(q.tags::text[]) g (tag)
          WHERE NOT EXISTS (SELECT FROM tag t WHERE t.log = p_log AND t.tag = g.tag AND t.position > q.after))
        THEN first_match_1(p_log, q.after, q.stream_categories::text[],
        q.stream_names::text[], q.categories::text[], q.types::text[], q.tags::text[]) END),
      array_agg(q.n) FILTER (WHERE q.after > 0 AND e.id IS DISTINCT FROM q.after_id::uuid)
    INTO matches, foreign_cursors
    FROM (SELECT n, p_after[n] AS after, p_condition[n][1] AS after_id, p_condition[n][2] AS stream_categories,
        p_condition[n][3] AS stream_names, p_condition[n][4] AS categories, p_condition[n][5] AS types,
        p_condition[n][6] AS tags
      FROM generate_series(1, array_length(p_after, 1)) n) q
    LEFT JOIN LATERAL (SELECT e.id FROM event e WHERE e.log = p_log AND e.position = q.after OFFSET 0) e ON true;
    v_met := v_met AND foreign_cursors IS NULL AND array_remove(matches, NULL) = '{}';
  END IF;
  -- Who is refused is refused for taken ids first.
  IF NOT p_trust OR p_mode = 'look' OR NOT v_met OR taken IS NOT NULL THEN
    SELECT taken || array_agg(e.id), taken_at || array_agg(e.position) INTO taken, taken_at
    FROM generate_series(1, array_length(p_text, 1)) n
    CROSS JOIN LATERAL (SELECT e.id, e.position FROM event e
      WHERE e.id = p_text[n][1]::uuid AND e.log + 0 = p_log OFFSET 0) e;
  END IF;
  IF NOT v_met OR taken IS NOT NULL THEN
    IF p_mode = 'commit' THEN
      RAISE EXCEPTION 'the log is not as assumed' USING ERRCODE = 'CA001';
    END IF;
    outcome := 'refused';
    RETURN;
  END IF;
  outcome := 'stored';
  IF p_mode = 'look' THEN
    RETURN;
  END IF;

  BEGIN
    IF kinds IS NULL OR array_position(kinds, NULL) IS NOT NULL THEN
      INSERT INTO kind (log, category, type)
      SELECT p_log, p_kind[n][1], p_kind[n][2] FROM generate_series(1, array_length(p_kind, 1)) n
      WHERE NOT EXISTS (SELECT FROM kind k WHERE k.log = p_log AND k.category = p_kind[n][1] AND k.type = p_kind[n][2]);
      SELECT array_agg(k.key) INTO kinds
      FROM generate_series(1, array_length(p_kind, 1)) n
      CROSS JOIN LATERAL (SELECT k.key FROM kind k
        WHERE k.log = p_log AND k.category = p_kind[n][1] AND k.type = p_kind[n][2] OFFSET 0) k;
    END IF;
    IF array_position(keys, NULL) IS NOT NULL THEN
      -- A stream that nothing is stored in is a guard, and stays without a row.
      SELECT array_agg(CASE WHEN keys[n] IS NULL AND p_place[n][2] IS NOT NULL THEN nextval('stream_key_seq')
        ELSE keys[n] END)
      INTO v_new
      FROM generate_series(1, array_length(keys, 1)) n;
      INSERT INTO stream (key, log, category, name, bucket, created) OVERRIDING SYSTEM VALUE
      SELECT v_new[n], p_log, p_stream[n][1], p_stream[n][2], p_place[n][1], head + p_place[n][2]
      FROM generate_series(1, array_length(keys, 1)) n WHERE keys[n] IS NULL AND v_new[n] IS NOT NULL;
      keys := v_new;
    END IF;
    IF true = ANY (deleted) THEN
      UPDATE stream s SET deleted = false
      WHERE s.key = ANY (ARRAY(SELECT keys[n] FROM generate_series(1, array_length(keys, 1)) n
          WHERE p_place[n][2] IS NOT NULL))
        AND s.deleted;
    END IF;

    stored_at := greatest(clock_1(), head_at);
    INSERT INTO event (log, position, stream, version, id, kind, bucket, starts_append, recorded_at, tags, place_sum,
      schema_version, size, occurred_at, content_type, metadata, baseline, payload, content_sum)
    SELECT p_log, head + q.n, keys[q.stream], versions[q.stream] + q.step, q.id::uuid, kinds[q.kind],
      p_place[q.stream][1], q.starts = 1, stored_at, q.tags::text[], q.place_sum,
      q.schema_version, q.size, p_occurred_at[q.n], q.content_type, q.metadata, q.baseline = 1, p_payload[q.n],
      q.content_sum
    FROM (SELECT n, p_number[n][1] AS stream, p_number[n][2] AS step, p_number[n][3] AS kind, p_number[n][4] AS starts,
        p_number[n][5] AS place_sum, p_number[n][6] AS schema_version, p_number[n][7] AS size,
        p_number[n][8] AS baseline, p_number[n][9] AS content_sum,
        p_text[n][1] AS id, p_text[n][2] AS tags, p_text[n][3] AS content_type, p_text[n][4] AS metadata
      FROM generate_series(1, array_length(p_number, 1)) n) q;
    IF p_tag IS NOT NULL THEN
      INSERT INTO tag (log, tag, position)
      SELECT p_log, p_tag[n], head + p_tag_event[n] FROM generate_series(1, array_length(p_tag, 1)) n;
    END IF;
    IF p_label IS NOT NULL THEN
      INSERT INTO label (stream, name, log, value, changed_at, created)
      SELECT keys[p_label_stream[n]], p_label[n][1], p_log, p_label[n][2], stored_at,
        (SELECT s.created FROM stream s WHERE s.key = keys[p_label_stream[n]])
      FROM generate_series(1, array_length(p_label, 1)) n
      ON CONFLICT (stream, name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at;
      -- The detail is which of the streams.
      SELECT q.stream INTO v_crowded FROM unnest(p_label_stream) q (stream)
      WHERE (SELECT count(*) FROM label l WHERE l.stream = keys[q.stream]) > 64 LIMIT 1;
      IF FOUND THEN
        RAISE EXCEPTION 'too many labels' USING ERRCODE = 'CA002', DETAIL = v_crowded;
      END IF;
    END IF;
  EXCEPTION WHEN unique_violation THEN
    IF NOT p_trust THEN
      RAISE;
    END IF;
    -- An id is taken, or the log is not as it was remembered. Everything above is undone.
    outcome := 'doubted';
  END;
  PERFORM set_config('lock_timeout', v_timeout, true);
END $$;

-- Whether the snapshot of this transaction is older than the log: then the next position is taken, though it looks free.
CREATE FUNCTION stale_1(p_log integer, p_head bigint) RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path = "cairn", pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO event (log, position, stream, version, id, kind, bucket, starts_append, recorded_at, place_sum)
  VALUES (p_log, p_head + 1, -p_log, p_head + 1, gen_random_uuid(), 0, 0, true, 0, 0);
  RAISE EXCEPTION 'it is free' USING ERRCODE = 'CA000';
EXCEPTION
  WHEN SQLSTATE 'CA000' THEN
    RETURN false;
  WHEN unique_violation OR serialization_failure THEN
    RETURN true;
END $$;

-- Stores a batch of plain appends of a node that knows everything they rest on, in as few steps as can be: their
-- time if the log ends where the node last left it, so that what it knows is exact. Null = nothing was stored, because
-- somebody else has appended or does so now; a unique violation, because an id is taken or a stream that should be new
-- is there. Then append_1 finds out. (To catch the violation here would cost every append a subtransaction.)
-- p_key = stream and version of each event; p_number, p_text as they are taken apart below; p_new = category and name
-- of streams to make, p_new_key = their keys, p_new_place = bucket and number of the first event.
CREATE FUNCTION append_known_1(
  p_log integer, p_head bigint, p_head_id uuid, p_head_at bigint,
  p_new text[], p_new_key bigint[], p_new_place integer[],
  p_key bigint[], p_number integer[], p_text text[], p_occurred_at bigint[], p_payload bytea[],
  p_tag_event integer[], p_tag text[], p_after bigint[], p_condition text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = "cairn", pg_catalog, pg_temp
SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off
SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan
-- Whoever has locked a table is waited for no longer than that.
SET lock_timeout = '250ms'
AS $$
DECLARE
  v_now bigint;
BEGIN
  IF NOT pg_try_advisory_xact_lock('log'::regclass::oid::bigint::bit(32)::integer, p_log) THEN
    RETURN NULL;
  END IF;
  IF p_after IS NOT NULL AND EXISTS (
    SELECT
    FROM (SELECT p_after[n] AS after, p_condition[n][1] AS after_id, p_condition[n][2] AS stream_categories,
        p_condition[n][3] AS stream_names, p_condition[n][4] AS categories, p_condition[n][5] AS types,
        p_condition[n][6] AS tags
      FROM generate_series(1, array_length(p_after, 1)) n) q
    LEFT JOIN LATERAL (SELECT e.id FROM event e WHERE e.log = p_log AND e.position = q.after OFFSET 0) e ON true
    WHERE (q.after > 0 AND e.id IS DISTINCT FROM q.after_id::uuid)
      OR (q.after < p_head AND NOT EXISTS (SELECT FROM unnest(q.tags::text[]) g (tag)
          WHERE NOT EXISTS (SELECT FROM tag t WHERE t.log = p_log AND t.tag = g.tag AND t.position > q.after))
        AND first_match_1(p_log, q.after, q.stream_categories::text[], q.stream_names::text[], q.categories::text[],
          q.types::text[], q.tags::text[]) IS NOT NULL))
  THEN
    RETURN NULL;
  END IF;
  SELECT greatest(clock_1(), e.recorded_at) INTO v_now
  FROM (SELECT e.position, e.id, e.recorded_at FROM event e WHERE e.log = p_log ORDER BY e.position DESC LIMIT 1) e
  WHERE e.position = p_head AND e.id = p_head_id AND e.recorded_at = p_head_at;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  INSERT INTO event (log, position, stream, version, id, kind, bucket, starts_append, recorded_at, tags, place_sum,
    schema_version, size, occurred_at, content_type, metadata, baseline, payload, content_sum)
  SELECT p_log, p_head + n, p_key[n][1], p_key[n][2], p_text[n][1]::uuid, p_number[n][1], p_number[n][2],
    p_number[n][3] = 1, v_now, p_text[n][2]::text[], p_number[n][4], p_number[n][5], p_number[n][6], p_occurred_at[n],
    p_text[n][3], p_text[n][4], p_number[n][7] = 1, p_payload[n], p_number[n][8]
  FROM generate_series(1, array_length(p_number, 1)) n;
  IF p_new IS NOT NULL THEN
    INSERT INTO stream (key, log, category, name, bucket, created) OVERRIDING SYSTEM VALUE
    SELECT p_new_key[n], p_log, p_new[n][1], p_new[n][2], p_new_place[n][1], p_head + p_new_place[n][2]
    FROM generate_series(1, array_length(p_new, 1)) n;
  END IF;
  IF p_tag IS NOT NULL THEN
    INSERT INTO tag (log, tag, position)
    SELECT p_log, p_tag[n], p_head + p_tag_event[n] FROM generate_series(1, array_length(p_tag, 1)) n;
  END IF;
  RETURN v_now;
END $$;

-- The same for one event without tags and conditions, which is what most appends are: no arrays, and one statement that
-- compares the end of the log and stores. Whoever has appended since that statement began has taken the next position,
-- so it fails. p_category and p_name are null unless the stream is to be made.
CREATE FUNCTION append_one_1(
  p_log integer, p_head bigint, p_head_id uuid, p_head_at bigint, p_category text, p_name text,
  p_stream bigint, p_version bigint, p_id uuid, p_kind integer, p_bucket integer, p_place_sum integer,
  p_schema_version integer, p_size integer, p_occurred_at bigint, p_content_type text, p_metadata text,
  p_baseline boolean, p_payload bytea, p_content_sum integer) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = "cairn", pg_catalog, pg_temp
SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
SET lock_timeout = '250ms'
AS $$
DECLARE
  v_now bigint;
BEGIN
  IF NOT pg_try_advisory_xact_lock('log'::regclass::oid::bigint::bit(32)::integer, p_log) THEN
    RETURN NULL;
  END IF;
  INSERT INTO event (log, position, stream, version, id, kind, bucket, starts_append, recorded_at, tags, place_sum,
    schema_version, size, occurred_at, content_type, metadata, baseline, payload, content_sum)
  SELECT p_log, p_head + 1, p_stream, p_version, p_id, p_kind, p_bucket, true, greatest(clock_1(), e.recorded_at),
    NULL, p_place_sum, p_schema_version, p_size, p_occurred_at, p_content_type, p_metadata, p_baseline, p_payload,
    p_content_sum
  FROM event e WHERE e.log = p_log AND e.position = p_head AND e.id = p_head_id AND e.recorded_at = p_head_at
  RETURNING recorded_at INTO v_now;
  IF p_category IS NOT NULL AND v_now IS NOT NULL THEN
    INSERT INTO stream (key, log, category, name, bucket, created) OVERRIDING SYSTEM VALUE
    VALUES (p_stream, p_log, p_category, p_name, p_bucket, p_head + 1);
  END IF;
  RETURN v_now;
END $$;

-- Keys for new streams, set aside for one node.
CREATE FUNCTION stream_keys_1(p_count integer) RETURNS bigint[]
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = "cairn", pg_catalog, pg_temp
AS $$ SELECT array_agg(nextval('stream_key_seq')) FROM generate_series(1, p_count) $$;

-- What stands at some positions, so that a repeated append is known from a new one with taken ids.
CREATE FUNCTION places_1(p_log integer, p_from bigint, p_to bigint)
RETURNS TABLE (place bigint, starts boolean, id uuid, category text, name text, type text, version bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = "cairn", pg_catalog, pg_temp SET jit = off
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
  SELECT e.position, e.starts_append, e.id, s.category, s.name, k.type, e.version
  FROM event e
  CROSS JOIN LATERAL (SELECT s.category, s.name FROM stream s WHERE s.key = e.stream OFFSET 0) s
  CROSS JOIN LATERAL (SELECT k.type FROM kind k WHERE k.key = e.kind OFFSET 0) k
  WHERE e.log = p_log AND e.position BETWEEN p_from AND p_to ORDER BY e.position
$$;

-- Sets a label, or takes it away if the value is null. Tells what is wrong: 'none' = no such stream, 'deleted', 'full'.
CREATE FUNCTION label_1(p_log integer, p_category text, p_stream text, p_name text, p_value text, p_most integer,
  OUT outcome text, OUT version bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = "cairn", pg_catalog, pg_temp
SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_stream stream;
  v_last bigint;
BEGIN
  SELECT s.* INTO v_stream FROM stream s
  WHERE s.log = p_log AND s.category = p_category AND s.name = p_stream FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    outcome := 'none';
    RETURN;
  END IF;
  IF v_stream.deleted THEN
    SELECT e.version INTO version FROM event e WHERE e.stream = v_stream.key ORDER BY e.version DESC LIMIT 1;
    outcome := 'deleted';
    RETURN;
  END IF;
  outcome := 'done';
  IF p_value IS NULL THEN
    DELETE FROM label l WHERE l.stream = v_stream.key AND l.name = p_name;
    RETURN;
  END IF;
  SELECT count(*) INTO version FROM label l WHERE l.stream = v_stream.key AND l.name <> p_name;
  IF version >= p_most THEN
    outcome := 'full';
    RETURN;
  END IF;
  SELECT e.recorded_at INTO v_last FROM event e WHERE e.log = p_log ORDER BY e.position DESC LIMIT 1;
  INSERT INTO label (stream, name, log, value, changed_at, created)
  VALUES (v_stream.key, p_name, p_log, p_value, greatest(clock_1(), v_last), v_stream.created)
  ON CONFLICT (stream, name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at;
END $$;

-- A log by its name, with the newest migration that the schema has.
CREATE FUNCTION log_1(p_name text, OUT key integer, OUT id uuid, OUT restoring boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = "cairn", pg_catalog, pg_temp
AS $$ SELECT l.key, l.id, l.restoring FROM log l WHERE l.name = p_name $$;

-- The migrations that were applied, for those who may not read tables.
CREATE FUNCTION migrations_1() RETURNS TABLE (number integer, checksum text, format integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = "cairn", pg_catalog, pg_temp
AS $$ SELECT m.number, m.checksum, m.format FROM migration m ORDER BY m.number $$;
