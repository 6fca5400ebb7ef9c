-- The last event of a log, and the events at two positions.
SELECT coalesce(h.position, 0), h.id,
  (SELECT e.id FROM "cairn".event e WHERE e.log = ? AND e.position = ?),
  (SELECT e.id FROM "cairn".event e WHERE e.log = ? AND e.position = ?)
FROM (SELECT 1) one
LEFT JOIN LATERAL (SELECT e.position, e.id FROM "cairn".event e WHERE e.log = ? ORDER BY e.position DESC LIMIT 1) h ON true
