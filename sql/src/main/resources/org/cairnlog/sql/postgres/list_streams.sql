-- Streams in the order of their creation, with their labels.
SELECT s.category, s.name, last.version, first.recorded_at, last.recorded_at, s.removed_before, s.deleted,
  labels.names, labels.labels, labels.changed
FROM (SELECT s.*, %s AS place FROM %s WHERE %s ORDER BY %s LIMIT ?) s
CROSS JOIN LATERAL (SELECT e.recorded_at FROM "cairn".event e
  WHERE e.log = s.log AND e.position = s.created OFFSET 0) first
CROSS JOIN LATERAL (SELECT e.version, e.recorded_at FROM "cairn".event e
  WHERE e.stream = s.key ORDER BY e.version DESC LIMIT 1) last
CROSS JOIN LATERAL (SELECT array_agg(l.name) AS names, array_agg(l.value) AS labels, array_agg(l.changed_at) AS changed
  FROM "cairn".label l WHERE l.stream = s.key) labels
ORDER BY s.place
