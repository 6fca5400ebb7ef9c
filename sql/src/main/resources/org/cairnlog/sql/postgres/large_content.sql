-- What pages leave out of large events.
SELECT e.position, e.metadata, e.payload
FROM unnest(?::bigint[]) q (position)
CROSS JOIN LATERAL (
  SELECT * FROM "cairn".event e WHERE e.log = ? AND e.position = q.position AND e.schema_version IS NOT NULL OFFSET 0
) e
