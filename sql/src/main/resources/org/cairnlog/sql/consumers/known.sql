SELECT c.name, c.partitions, c.token, c.position, c.holder, c.lease_until, c.state, c.since, c.why, c.rate, c.halt, c.halt_failed,
  c.halted_at, c.asks, c.rebuilding, c.parked, c.skipped
FROM "cairn".consumer c
WHERE c.log = ? AND (? OR c.name = ?)
ORDER BY c.name
