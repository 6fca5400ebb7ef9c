UPDATE "cairn".consumer
SET token = token + 1, holder = ?, lease_until = :now + ?
WHERE log = ? AND name = ? AND (holder IS NULL OR lease_until <= :now)
RETURNING token, position
