GRANT USAGE ON SCHEMA "cairn" TO "user";
GRANT SELECT ON ALL TABLES IN SCHEMA "cairn" TO "user";
GRANT INSERT, UPDATE ON "cairn".log, "cairn".stream, "cairn".kind, "cairn".event, "cairn".tag, "cairn".label,
  "cairn".removal, "cairn".subject_key TO "user";
GRANT DELETE ON "cairn".label TO "user";
GRANT EXECUTE ON FUNCTION "cairn".migrations_1, "cairn".log_1, "cairn".holder_1, "cairn".version_at_1,
  "cairn".position_at_1, "cairn".places_1, "cairn".append_1, "cairn".lock_1, "cairn".clock_1, "cairn".subject_key_1,
  "cairn".subject_key_by_id_1 TO "user";
GRANT EXECUTE ON FUNCTION "cairn".snapshot_1, "cairn".save_snapshot_1, "cairn".discard_snapshots_1 TO "user";
GRANT DELETE ON "cairn".snapshot TO "user";
