UPDATE cairn_event
SET schema_version = NULL, occurred_at = NULL, content_type = NULL, metadata = NULL, baseline = NULL, payload = NULL,
  checksum = ?
WHERE place = ?
