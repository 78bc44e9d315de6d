-- Records a trigger, and refuses an update that changes anything else with it.
CREATE OR REPLACE FUNCTION public.audit_job_triggers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  expected public.jobs := OLD;
BEGIN
  IF TG_RELID <> 'public.jobs'::regclass THEN
    RAISE EXCEPTION 'audit_job_triggers serves public.jobs alone' USING ERRCODE = 'AU002';
  END IF;
  expected.rev := OLD.rev + 1;
  expected.trigger_count := OLD.trigger_count + 1;
  expected.triggers := NEW.triggers;
  expected.updated_at := NEW.updated_at;
  IF NEW *<> expected OR NEW.origin <> 'STITCHER' OR NEW.status NOT IN ('PENDING', 'RUNNING') THEN
    RAISE EXCEPTION 'a trigger is added to an active job of the stitcher, one at a time: job % refused', OLD.id
      USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_append('job.triggered', NEW.workspace_id, 'job', NEW.id, NEW.rev,
    public.audit_change('triggerCount', to_jsonb(OLD.trigger_count), to_jsonb(NEW.trigger_count))
      || public.audit_change('trigger', NULL, NEW.triggers -> -1));
  RETURN NULL;
END
$$;
