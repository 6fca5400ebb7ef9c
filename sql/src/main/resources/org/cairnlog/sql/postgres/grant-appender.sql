GRANT USAGE ON SCHEMA "cairn" TO "user";
GRANT EXECUTE ON FUNCTION "cairn".migrations_1, "cairn".log_1, "cairn".holder_1, "cairn".places_1, "cairn".append_1,
  "cairn".append_known_1, "cairn".append_one_1, "cairn".stream_keys_1, "cairn".label_1, "cairn".subject_key_1,
  "cairn".subject_key_by_id_1 TO "user";
GRANT EXECUTE ON FUNCTION "cairn".save_snapshot_1, "cairn".discard_snapshots_1 TO "user";
