-- The keys of subjects, wrapped by a master key that is not here. A forgotten subject keeps its row, with nothing in it.
CREATE TABLE IF NOT EXISTS cairn_subject_key (
  log INTEGER NOT NULL,
  subject TEXT NOT NULL,
  id TEXT NOT NULL UNIQUE,
  master TEXT,
  wrapped BLOB,
  PRIMARY KEY (log, subject)
) WITHOUT ROWID
