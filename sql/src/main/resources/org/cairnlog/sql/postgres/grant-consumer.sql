GRANT USAGE ON SCHEMA "cairn" TO "user";
GRANT SELECT ON ALL TABLES IN SCHEMA "cairn" TO "user";
GRANT EXECUTE ON FUNCTION "cairn".migrations_1, "cairn".log_1, "cairn".holder_1, "cairn".version_at_1,
  "cairn".position_at_1, "cairn".subject_key_by_id_1 TO "user";
GRANT EXECUTE ON FUNCTION "cairn".snapshot_1 TO "user";
GRANT INSERT, UPDATE, DELETE ON "cairn".consumer, "cairn".set_aside, "cairn".member,
  "cairn".generation TO "user";
GRANT EXECUTE ON FUNCTION "cairn".clock_1 TO "user";
