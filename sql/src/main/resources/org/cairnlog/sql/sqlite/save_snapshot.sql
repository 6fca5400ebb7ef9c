INSERT INTO cairn_snapshot (log, category, name, schema, version, event, taken_at, state)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (log, category, name, schema) DO UPDATE
SET version = excluded.version, event = excluded.event, taken_at = excluded.taken_at, state = excluded.state
WHERE cairn_snapshot.version <= excluded.version
