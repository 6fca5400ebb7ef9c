-- The events of a stream between two versions, as many as fit into a page, each with what the directory says.
SELECT page.*, last.version AS last_version, s.removed_before
FROM (SELECT * FROM "cairn".stream s WHERE s.log = ? AND s.category = ? AND s.name = ? OFFSET 0) s
CROSS JOIN LATERAL (SELECT e.version FROM "cairn".event e WHERE e.stream = s.key ORDER BY e.version DESC LIMIT 1) last
LEFT JOIN LATERAL (
  SELECT %s FROM "cairn".event e
  WHERE e.stream = s.key AND e.version >= greatest(?, s.removed_before) AND e.version <= ?
  ORDER BY e.version %s LIMIT ?
) page ON true
ORDER BY page.version %s
