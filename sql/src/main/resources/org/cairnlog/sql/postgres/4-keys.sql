-- The keys of subjects, wrapped by a master key that is not here. A forgotten subject keeps its row, with nothing in it.
CREATE TABLE subject_key (
  log integer NOT NULL,
  subject text COLLATE "C" NOT NULL,
  id uuid NOT NULL,
  master text COLLATE "C",
  wrapped bytea,
  PRIMARY KEY (log, subject)
);
CREATE UNIQUE INDEX subject_key_id ON subject_key (id, log);

-- The key of a subject, made if it has none. Each statement sees what others have committed before it.
CREATE FUNCTION subject_key_1(p_log integer, p_subject text, p_id uuid, p_master text, p_wrapped bytea)
RETURNS TABLE (subject text, id uuid, master text, wrapped bytea)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = "cairn", pg_catalog, pg_temp
SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  RETURN QUERY SELECT k.subject, k.id, k.master, k.wrapped FROM subject_key k
    WHERE k.log = p_log AND k.subject = p_subject;
  IF FOUND THEN
    RETURN;
  END IF;
  INSERT INTO subject_key AS k (log, subject, id, master, wrapped)
    VALUES (p_log, p_subject, p_id, p_master, p_wrapped) ON CONFLICT DO NOTHING;
  RETURN QUERY SELECT k.subject, k.id, k.master, k.wrapped FROM subject_key k
    WHERE k.log = p_log AND k.subject = p_subject;
END $$;

-- A key by what it is called in the fields that it has sealed.
CREATE FUNCTION subject_key_by_id_1(p_log integer, p_id uuid)
RETURNS TABLE (subject text, id uuid, master text, wrapped bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = "cairn", pg_catalog, pg_temp
SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off
AS $$ SELECT k.subject, k.id, k.master, k.wrapped FROM subject_key k WHERE k.log = p_log AND k.id = p_id $$;
