-- Every place of a log with what it is checked against.
SELECT e.position, e.version, e.id, e.starts_append, e.recorded_at, e.tags, e.schema_version, e.occurred_at,
  e.content_type, e.baseline, e.metadata, e.payload, s.category, s.name, k.type, e.place_sum, e.content_sum,
  s.removed_before, (SELECT count(*) FROM unnest(e.tags) q (tag)
    JOIN "cairn".tag t ON t.log = e.log AND t.tag = q.tag AND t.position = e.position)::integer AS tags_found
FROM "cairn".event e
LEFT JOIN "cairn".stream s ON s.key = e.stream AND s.log = e.log
LEFT JOIN "cairn".kind k ON k.key = e.kind AND k.log = e.log AND k.category = s.category
WHERE e.log = ? ORDER BY e.position
