INSERT INTO "cairn".event (log, position, stream, version, id, kind, bucket, starts_append, recorded_at, tags, place_sum,
  schema_version, size, occurred_at, content_type, metadata, baseline, payload, content_sum)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
