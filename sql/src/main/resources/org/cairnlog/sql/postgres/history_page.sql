-- Everything after a position, husks included, as much as fits into a page.
SELECT %s FROM "cairn".event e WHERE e.log = ? AND e.position > ? ORDER BY e.position LIMIT ?
