UPDATE "cairn".consumer c
SET lease_until = "cairn".clock_1() + ?, state = r.state, since = "cairn".clock_1() - r.lasting, why = r.why, rate = r.rate
FROM unnest(?, ?, ?, ?, ?, ?) AS r (name, token, state, lasting, why, rate)
WHERE c.log = ? AND c.name = r.name AND c.token = r.token AND c.holder IS NOT NULL
RETURNING c.name
