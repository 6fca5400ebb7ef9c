-- Everything after a position, husks included, as much as fits into a page.
SELECT *, before + size >= ? AS is_cut FROM (
  SELECT e.position, s.category, s.name, e.version, e.id, k.type, e.starts_append, e.recorded_at, e.tags,
    e.schema_version, e.occurred_at, e.content_type, e.metadata, e.baseline, e.payload, coalesce(e.size, 0) AS size,
    sum(coalesce(e.size, 0)) OVER (ORDER BY e.position) - coalesce(e.size, 0) AS before
  FROM (SELECT * FROM "cairn".event e WHERE e.log = ? AND e.position > ? ORDER BY e.position LIMIT ?) e
  CROSS JOIN LATERAL (SELECT s.category, s.name FROM "cairn".stream s WHERE s.key = e.stream OFFSET 0) s
  CROSS JOIN LATERAL (SELECT k.type FROM "cairn".kind k WHERE k.key = e.kind OFFSET 0) k
  ORDER BY e.position
) page WHERE before < ?
