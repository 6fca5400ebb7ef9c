-- Functions may be called by everybody unless it is said otherwise.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA "cairn" FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA "cairn" FROM PUBLIC;
