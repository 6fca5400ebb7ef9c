UPDATE "cairn".consumer
SET holder = NULL, state = ?, since = :now - ?, why = ?, rate = ?
WHERE log = ? AND name = ? AND token = ?
