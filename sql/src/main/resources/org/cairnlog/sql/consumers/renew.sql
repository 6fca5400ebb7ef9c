UPDATE "cairn".consumer
SET lease_until = :now + ?, state = ?, since = :now - ?, why = ?, rate = ?
WHERE log = ? AND name = ? AND token = ? AND holder IS NOT NULL
