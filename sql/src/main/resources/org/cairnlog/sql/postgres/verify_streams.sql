-- Every stream of a log with a summary of its events.
SELECT s.category, s.name, s.created, count(e.version), min(e.version), max(e.version), min(e.position),
  count(*) FILTER (WHERE e.position <= e.before), (array_agg(e.type ORDER BY e.version DESC))[1], s.deleted
FROM "cairn".stream s
LEFT JOIN LATERAL (SELECT e.version, e.position, k.type,
    lag(e.position) OVER (ORDER BY e.version) AS before
  FROM "cairn".event e JOIN "cairn".kind k ON k.key = e.kind WHERE e.stream = s.key) e ON true
WHERE s.log = ? GROUP BY s.key ORDER BY s.created
