-- Everything after a position, husks included, as much as fits into a page.
SELECT *, before + size >= ? AS is_cut FROM (
  SELECT e.position, s.category, s.name, e.version, e.id, k.type, e.starts_append, e.recorded_at, e.tags,
    e.schema_version, e.occurred_at, e.content_type, e.metadata, e.baseline, e.payload, coalesce(e.size, 0) AS size,
    sum(coalesce(e.size, 0)) OVER (ORDER BY e.position) - coalesce(e.size, 0) AS before
  FROM (SELECT * FROM "cairn".event e WHERE e.log = ? AND e.position > ? ORDER BY e.position LIMIT ?) e
  JOIN "cairn".stream s ON s.key = e.stream
  JOIN "cairn".kind k ON k.key = e.kind
  ORDER BY e.position
) page WHERE before < ?
