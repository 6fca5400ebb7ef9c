INSERT INTO "cairn".removal (log, number, stream, deletion, before, events, reason, removed_at)
SELECT ?, coalesce(max(r.number), 0) + 1, ?, ?, ?, ?, ?,
  greatest("cairn".clock_1(), (SELECT max(e.recorded_at) FROM (
    SELECT e.recorded_at FROM "cairn".event e WHERE e.log = ? ORDER BY e.position DESC LIMIT 1) e))
FROM "cairn".removal r WHERE r.log = ?
RETURNING number, removed_at
