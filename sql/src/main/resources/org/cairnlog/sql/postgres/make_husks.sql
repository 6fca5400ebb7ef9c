UPDATE "cairn".event
SET schema_version = NULL, size = NULL, occurred_at = NULL, content_type = NULL, metadata = NULL, baseline = NULL,
  payload = NULL, content_sum = NULL
WHERE stream = ? AND version >= ? AND version < ? AND schema_version IS NOT NULL
