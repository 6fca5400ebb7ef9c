UPDATE "cairn".consumer
SET position = ?, replay_up_to = ?, parked = 0, skipped = 0, rebuilding = FALSE
WHERE log = ? AND name = ? AND token = ? AND position IS NOT DISTINCT FROM ?
