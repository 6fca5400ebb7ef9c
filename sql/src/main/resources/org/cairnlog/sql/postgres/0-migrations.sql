CREATE TABLE IF NOT EXISTS migration (
  number integer PRIMARY KEY,
  checksum text NOT NULL,
  format integer NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
);
