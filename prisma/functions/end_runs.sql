-- Ends all running attempts of a coordinator. Each job gets its own audit record, so the calling statement sets the audit context.
-- how: 'requeue' returns the jobs to PENDING while attempts remain, otherwise they become FAILED; 'cancel' makes them CANCELLED.
CREATE OR REPLACE FUNCTION public.end_runs(p_coordinator_id uuid, p_how text, p_reason text) RETURNS integer
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  runs uuid[];
  moment timestamptz;
BEGIN
  IF (p_how IN ('requeue', 'cancel')) IS NOT TRUE THEN
    RAISE EXCEPTION 'runs are requeued or cancelled, not %', p_how;
  END IF;
  -- In the order of their ids, so that two statements that lock several jobs do not deadlock.
  runs := ARRAY(
    SELECT id FROM public.jobs WHERE coordinator_id = p_coordinator_id AND status = 'RUNNING' ORDER BY id FOR UPDATE);
  moment := date_trunc('milliseconds', clock_timestamp());

  IF p_how = 'cancel' THEN
    UPDATE public.jobs AS job
    SET rev = job.rev + 1, updated_at = moment, status = 'CANCELLED', retried = false, lease_seconds = NULL,
      lease_expires_at = NULL, ended_at = moment, duration_seconds = public.seconds_between(job.started_at, moment)
    WHERE job.id = ANY (runs);
  ELSE
    UPDATE public.jobs AS job
    SET rev = job.rev + 1, updated_at = moment, status = 'PENDING', retried = false, lease_seconds = NULL,
      lease_expires_at = NULL, coordinator_id = NULL, agent_id = NULL, agent_type = NULL,
      previous_attempt = public.previous_attempt(job, p_reason)
    WHERE job.id = ANY (runs) AND job.attempt < job.max_attempts;

    UPDATE public.jobs AS job
    SET rev = job.rev + 1, updated_at = moment, status = 'FAILED', retried = false, lease_seconds = NULL,
      lease_expires_at = NULL, error = p_reason, ended_at = moment,
      duration_seconds = public.seconds_between(job.started_at, moment)
    WHERE job.id = ANY (runs) AND job.attempt >= job.max_attempts AND job.status = 'RUNNING';
  END IF;
  RETURN cardinality(runs);
END
$$;
