SELECT s.event, s.category, s.stream, s.version, s.type, s.cause, s.why, s.attempts, s.set_aside_at, s.wish
FROM "cairn".set_aside s
WHERE s.log = ? AND s.consumer = ?
ORDER BY s.number
