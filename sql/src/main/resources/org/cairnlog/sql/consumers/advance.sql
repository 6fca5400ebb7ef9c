UPDATE "cairn".consumer
SET position = ?, parked = parked + ?, skipped = skipped + ?
WHERE log = ? AND name = ? AND token = ? AND position IS NOT DISTINCT FROM ?
