INSERT INTO "cairn".member (log, consumer, member, until)
VALUES (?, ?, ?, :now + ?)
ON CONFLICT (log, consumer, member) DO UPDATE SET until = excluded.until
