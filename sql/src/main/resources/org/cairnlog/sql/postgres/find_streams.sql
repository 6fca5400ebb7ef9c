-- Those of some streams that are there, each with its last version.
SELECT q.category, q.name, s.key, last.version, s.removed_before, s.deleted
FROM unnest(?, ?) q (category, name)
CROSS JOIN LATERAL (SELECT * FROM "cairn".stream s
  WHERE s.log = ? AND s.category = q.category AND s.name = q.name OFFSET 0) s
CROSS JOIN LATERAL (SELECT e.version FROM "cairn".event e WHERE e.stream = s.key ORDER BY e.version DESC LIMIT 1) last
