SELECT c.name, c.partitions, c.token, c.position, c.holder, c.lease_until, c.state, c.since, c.why, c.rate, c.halt, c.halt_failed,
  c.halted_at, c.asks, c.rebuilding, c.replay_up_to,
  c.base, g.active IS NULL OR g.active = c.name, c.switching, c.parked, c.skipped
FROM "cairn".consumer c LEFT JOIN "cairn".generation g ON g.log = c.log AND g.base = c.base
WHERE c.log = ? AND (? OR c.name = ?)
ORDER BY c.name
