-- Trigger: refuses an update of triggers that also changes another column (AU002). audit_jobs records the update.
CREATE OR REPLACE FUNCTION public.audit_job_triggers() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  expected public.jobs := OLD;
BEGIN
  expected.rev := OLD.rev + 1;
  expected.trigger_count := OLD.trigger_count + 1;
  expected.triggers := NEW.triggers;
  expected.updated_at := NEW.updated_at;
  IF NEW *<> expected OR NEW.origin <> 'STITCHER' OR NEW.status NOT IN ('PENDING', 'RUNNING') THEN
    RAISE EXCEPTION 'a trigger is added to an active job of the stitcher, one at a time: job % refused', OLD.id
      USING ERRCODE = 'AU002';
  END IF;
  RETURN NULL;
END
$$;
