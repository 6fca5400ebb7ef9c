INSERT INTO "cairn".set_aside (log, consumer, event, category, stream, version, type, cause, why, attempts, set_aside_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
