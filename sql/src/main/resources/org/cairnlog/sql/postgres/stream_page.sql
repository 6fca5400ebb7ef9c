-- The events of a stream between two versions, as many as fit into a page, each with what the directory says.
SELECT page.position, s.category, s.name, page.version, page.id, k.type, page.starts_append, page.recorded_at, page.tags,
  page.schema_version, page.occurred_at, page.content_type, page.metadata, page.baseline, page.payload,
  last.version AS last_version, s.removed_before
FROM (SELECT * FROM "cairn".stream s WHERE s.log = ? AND s.category = ? AND s.name = ? OFFSET 0) s
CROSS JOIN LATERAL (SELECT e.version FROM "cairn".event e WHERE e.stream = s.key ORDER BY e.version DESC LIMIT 1) last
LEFT JOIN LATERAL (
  SELECT e.*, sum(e.size) OVER (ORDER BY e.version %s) - e.size AS before
  FROM (SELECT * FROM "cairn".event e
    WHERE e.stream = s.key AND e.version >= greatest(?, s.removed_before) AND e.version <= ?
    ORDER BY e.version %s LIMIT ?) e
) page ON page.before < ?
LEFT JOIN LATERAL (SELECT k.type FROM "cairn".kind k WHERE k.key = page.kind OFFSET 0) k ON true
ORDER BY page.version %s
