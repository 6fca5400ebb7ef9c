-- What keys of streams and kinds stand for; and when an event was recorded, if it is the one at its position.
SELECT q.key, s.category, s.name, NULL AS type
FROM unnest(?::bigint[]) q (key)
CROSS JOIN LATERAL (SELECT s.category, s.name FROM "cairn".stream s WHERE s.key = q.key OFFSET 0) s
UNION ALL
SELECT q.key, NULL, NULL, k.type
FROM unnest(?::bigint[]) q (key)
CROSS JOIN LATERAL (SELECT k.type FROM "cairn".kind k WHERE k.key = q.key::integer OFFSET 0) k
UNION ALL
SELECT e.recorded_at, NULL, NULL, NULL FROM "cairn".event e WHERE e.log = ? AND e.position = ? AND e.id = ?
