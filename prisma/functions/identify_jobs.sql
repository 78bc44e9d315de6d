-- Trigger: jobs that were made while only the name of their repository was known get the key of forge and repository id. FAILED jobs too,
-- because a retry makes them active. An active job keeps the name if the issue has another active job. A trigger sees what was
-- committed while its statement waited for the repository.
CREATE OR REPLACE FUNCTION public.identify_jobs() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  named uuid[];
BEGIN
  IF TG_RELID <> 'public.workspace_repositories'::regclass THEN
    RAISE EXCEPTION 'identify_jobs serves public.workspace_repositories alone' USING ERRCODE = 'AU002';
  END IF;
  -- In the order of their ids, so that two statements that lock several jobs do not deadlock.
  named := ARRAY(
    SELECT id FROM public.jobs
    WHERE workspace_id = NEW.workspace_id AND repository = NEW.repository AND repository_key = NEW.repository
      AND status IN ('PENDING', 'RUNNING', 'FAILED')
    ORDER BY id FOR UPDATE);
  UPDATE public.jobs AS job SET repository_key = NEW.repository_key
  WHERE job.id = ANY (named) AND (job.status = 'FAILED' OR NOT EXISTS (
    SELECT FROM public.jobs AS active
    WHERE active.workspace_id = job.workspace_id AND active.repository_key = NEW.repository_key
      AND active.issue_number = job.issue_number AND active.type = job.type
      AND active.origin = 'STITCHER' AND active.status IN ('PENDING', 'RUNNING')));
  RETURN NULL;
END
$$;
