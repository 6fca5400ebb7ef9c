UPDATE "cairn".set_aside
SET cause = ?, why = ?, attempts = ?, set_aside_at = ?, wish = NULL
WHERE log = ? AND consumer = ? AND event = ?
