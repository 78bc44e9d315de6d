-- Creates the further job for unseen triggers, in the statement that ends the job, whatever ends it. If a job that never ran is
-- cancelled, its triggers are cancelled too. The further job has the present name of the repository. If that name now belongs to
-- another workspace, no further job is made. No other job can be active for the issue: until this statement commits, the job that
-- ends keeps the place in jobs_stitcher_active_key.
CREATE OR REPLACE FUNCTION public.start_further_job() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  unseen jsonb;
  newest jsonb;
  present_name text;
BEGIN
  -- Not a WHEN of the trigger: Postgres would parse that in each statement that names the status. In two steps, because it prepares the whole of
  -- a condition: most jobs meet the first.
  IF NEW.trigger_count <= NEW.triggers_seen THEN
    RETURN NULL;
  END IF;
  IF NOT (OLD.status IN ('PENDING', 'RUNNING') AND NEW.status IN ('COMPLETED', 'FAILED', 'CANCELLED') AND OLD.attempt > 0) THEN
    RETURN NULL;
  END IF;
  present_name := coalesce(
    (SELECT repository FROM public.workspace_repositories
     WHERE workspace_id = NEW.workspace_id AND repository_key = NEW.repository_key),
    NEW.repository);
  IF EXISTS (
    SELECT FROM public.workspace_repositories WHERE repository = present_name AND workspace_id <> NEW.workspace_id)
  THEN
    RETURN NULL;
  END IF;
  SELECT jsonb_agg(kept.value ORDER BY kept.place) INTO unseen
  FROM (
    SELECT value, place FROM jsonb_array_elements(NEW.triggers) WITH ORDINALITY AS said (value, place)
    ORDER BY place DESC LIMIT NEW.trigger_count - NEW.triggers_seen
  ) AS kept;
  newest := unseen -> -1;

  INSERT INTO public.jobs (
    workspace_id, type, origin, repository, repository_key, issue_number, priority, max_attempts, retry, metadata,
    created_by, triggers, trigger_count)
  VALUES (
    NEW.workspace_id, NEW.type, NEW.origin, present_name, NEW.repository_key, NEW.issue_number, NEW.priority, NEW.max_attempts, NEW.retry,
    (NEW.metadata - ARRAY['trigger', 'comment', 'sender', 'truncated'])
      || jsonb_strip_nulls(jsonb_build_object(
        'trigger', newest -> 'action', 'comment', newest -> 'comment', 'sender', newest -> 'sender',
        'truncated', newest -> 'truncated', 'follows', NEW.id))
      || coalesce(nullif(newest -> 'metadata', 'null'), '{}'),
    NEW.created_by, unseen, NEW.trigger_count - NEW.triggers_seen);
  RETURN NULL;
END
$$;
