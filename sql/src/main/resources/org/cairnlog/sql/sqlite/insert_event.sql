INSERT INTO cairn_event (
  place, stream, version, id, category, type, bucket, starts_append, recorded_at, tags,
  schema_version, occurred_at, content_type, metadata, baseline, payload, checksum)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
