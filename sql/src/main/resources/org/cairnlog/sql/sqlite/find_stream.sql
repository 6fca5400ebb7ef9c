-- A stream with its last event.
SELECT s.id, s.removed_before, e.version, e.place, t.name AS type
FROM cairn_stream s
JOIN cairn_event e ON e.stream = s.id AND e.version = (SELECT max(version) FROM cairn_event WHERE stream = s.id)
JOIN cairn_name t ON t.id = e.type
WHERE s.log = ? AND s.category = ? AND s.name = ?
