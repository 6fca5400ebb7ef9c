-- Streams in the order of their creation; the CROSS JOINs keep the driving index.
SELECT s.id, s.category, s.name, s.removed_before, first.recorded_at AS created_at, last.recorded_at AS changed_at,
  last.version, t.name AS type
FROM %s
CROSS JOIN cairn_event first ON first.place = s.created
CROSS JOIN cairn_event last ON last.stream = s.id
  AND last.version = (SELECT max(version) FROM cairn_event WHERE stream = s.id)
CROSS JOIN cairn_name t ON t.id = last.type
WHERE %s
LIMIT ?
