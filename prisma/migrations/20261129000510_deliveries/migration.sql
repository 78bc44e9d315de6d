-- What forges have delivered within 7 days, so that a repeat is answered with its first job.
CREATE TABLE public.webhook_deliveries (
  id             uuid           NOT NULL DEFAULT public.uuid_v7(),
  coordinator_id uuid           NOT NULL,
  -- X-GitHub-Delivery or X-Gitea-Delivery
  delivery_id    text,
  -- SHA-256 of the signed body: the signature does not cover the id
  body_digest    bytea,
  job_id         uuid           NOT NULL,
  created_at     timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id),
  CONSTRAINT webhook_deliveries_job_id_fkey
    FOREIGN KEY (job_id) REFERENCES public.jobs (id) ON DELETE RESTRICT ON UPDATE RESTRICT
);
CREATE UNIQUE INDEX webhook_deliveries_id_key ON public.webhook_deliveries (coordinator_id, delivery_id);
CREATE UNIQUE INDEX webhook_deliveries_digest_key ON public.webhook_deliveries (coordinator_id, body_digest);
CREATE INDEX webhook_deliveries_created_at_idx ON public.webhook_deliveries (created_at);
-- UPDATE for the row locks of the sweeper alone.
GRANT SELECT, INSERT, UPDATE (created_at), DELETE ON public.webhook_deliveries TO coordinator_registry_app;

-- Further triggers of a job that is active.
ALTER TABLE public.jobs
  -- the newest 20, the oldest first: {action, comment, sender, metadata, at, truncated}
  ADD COLUMN triggers jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN trigger_count integer NOT NULL DEFAULT 0,
  -- trigger_count when the present run began: later triggers are not known to that run
  ADD COLUMN triggers_seen integer NOT NULL DEFAULT 0;
GRANT UPDATE (triggers, trigger_count, triggers_seen) ON public.jobs TO coordinator_registry_app;

-- Records a trigger, and refuses an update that changes anything else with it.
CREATE FUNCTION public.audit_job_triggers() RETURNS trigger
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

CREATE FUNCTION public.audit_refuse_triggers_seen() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'the triggers that a run knows are set when it begins: job % refused', OLD.id USING ERRCODE = 'AU002';
END
$$;

REVOKE ALL ON FUNCTION public.audit_job_triggers(), public.audit_refuse_triggers_seen() FROM PUBLIC;
ALTER FUNCTION public.audit_job_triggers() OWNER TO coordinator_registry_audit;
ALTER FUNCTION public.audit_refuse_triggers_seen() OWNER TO coordinator_registry_audit;

-- Starts the further job that unseen triggers ask for, in the statement that ends the job, whatever ends it. A job that never ran
-- takes its triggers with it: who cancels it, cancels them. No other job can be active for the issue here: until this statement
-- commits, the one that ends holds the place in jobs_stitcher_active_key.
CREATE FUNCTION public.start_further_job() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  unseen jsonb;
  newest jsonb;
BEGIN
  SELECT jsonb_agg(kept.value ORDER BY kept.place) INTO unseen
  FROM (
    SELECT value, place FROM jsonb_array_elements(NEW.triggers) WITH ORDINALITY AS said (value, place)
    ORDER BY place DESC LIMIT NEW.trigger_count - NEW.triggers_seen
  ) AS kept;
  newest := unseen -> -1;

  INSERT INTO public.jobs (
    workspace_id, type, origin, repository, issue_number, priority, max_attempts, metadata, created_by, triggers, trigger_count)
  VALUES (
    NEW.workspace_id, NEW.type, NEW.origin, NEW.repository, NEW.issue_number, NEW.priority, NEW.max_attempts,
    (NEW.metadata - ARRAY['trigger', 'comment', 'sender', 'truncated'])
      || jsonb_strip_nulls(jsonb_build_object(
        'trigger', newest -> 'action', 'comment', newest -> 'comment', 'sender', newest -> 'sender',
        'truncated', newest -> 'truncated', 'follows', NEW.id))
      || coalesce(nullif(newest -> 'metadata', 'null'), '{}'),
    NEW.created_by, unseen, NEW.trigger_count - NEW.triggers_seen);
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION public.start_further_job() FROM PUBLIC;

-- A trigger is recorded by a function of its own; every other change by audit_jobs, as before.
DROP TRIGGER jobs_audit ON public.jobs;
CREATE TRIGGER jobs_audit AFTER INSERT OR DELETE ON public.jobs FOR EACH ROW EXECUTE FUNCTION public.audit_jobs();
CREATE TRIGGER jobs_audit_change AFTER UPDATE ON public.jobs FOR EACH ROW
  WHEN (NEW.trigger_count = OLD.trigger_count AND NEW.triggers = OLD.triggers)
  EXECUTE FUNCTION public.audit_jobs();
CREATE TRIGGER jobs_audit_trigger AFTER UPDATE ON public.jobs FOR EACH ROW
  WHEN (NEW.trigger_count <> OLD.trigger_count OR NEW.triggers <> OLD.triggers)
  EXECUTE FUNCTION public.audit_job_triggers();
CREATE TRIGGER jobs_audit_triggers_seen AFTER UPDATE ON public.jobs FOR EACH ROW
  WHEN (NEW.triggers_seen <> OLD.triggers_seen
    AND NOT (OLD.status = 'PENDING' AND NEW.status = 'RUNNING' AND NEW.triggers_seen = NEW.trigger_count))
  EXECUTE FUNCTION public.audit_refuse_triggers_seen();
-- After jobs_audit_change by its name, as triggers run in that order: the record of the end comes before that of the further job.
CREATE TRIGGER jobs_further_job AFTER UPDATE ON public.jobs FOR EACH ROW
  WHEN (OLD.status IN ('PENDING', 'RUNNING') AND NEW.status IN ('COMPLETED', 'FAILED', 'CANCELLED')
    AND OLD.attempt > 0 AND NEW.trigger_count > NEW.triggers_seen)
  EXECUTE FUNCTION public.start_further_job();
ALTER TABLE public.jobs ENABLE ALWAYS TRIGGER jobs_audit;
ALTER TABLE public.jobs ENABLE ALWAYS TRIGGER jobs_audit_change;
ALTER TABLE public.jobs ENABLE ALWAYS TRIGGER jobs_audit_trigger;
ALTER TABLE public.jobs ENABLE ALWAYS TRIGGER jobs_audit_triggers_seen;
ALTER TABLE public.jobs ENABLE ALWAYS TRIGGER jobs_further_job;
