-- Trigger: refuses updates of columns that keep their value during an attempt (AU002). The trigger names them: AFTER UPDATE OF …. So an update that
-- does not name them, such as a report of progress, compares none of them (docs/adr/0077). An update that keeps the rev is no change of the job:
-- audit_jobs decides it.
CREATE OR REPLACE FUNCTION public.audit_refuse_change_in_run() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  -- In two steps, because Postgres prepares the whole of a condition: most updates fail the first.
  IF NEW.status = OLD.status THEN
    IF NEW.status = 'RUNNING' AND NEW.attempt = OLD.attempt AND NEW.rev <> OLD.rev THEN
      RAISE EXCEPTION 'update of a column of job % that does not change during an attempt: refused', OLD.id USING ERRCODE = 'AU002';
    END IF;
  END IF;
  RETURN NULL;
END
$$;
