-- Called under a fixed extra_float_digits (see audit_jobs): the text of a float, which is what jsonb keeps, depends on it.
CREATE FUNCTION public.audit_job_fields(job public.jobs) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object(
    'type', job.type, 'status', job.status, 'origin', job.origin, 'repository', job.repository,
    'issueNumber', job.issue_number, 'priority', job.priority, 'metadata', job.metadata, 'attempt', job.attempt,
    'maxAttempts', job.max_attempts, 'coordinatorId', job.coordinator_id, 'agentId', job.agent_id,
    'agentType', job.agent_type, 'progressPercent', job.progress_percent, 'currentStep', job.current_step,
    'tokensUsed', job.tokens_used, 'durationSeconds', job.duration_seconds, 'result', job.result, 'error', job.error,
    'failedStep', job.failed_step, 'gateResults', job.gate_results, 'continuationPrompt', job.continuation_prompt)
$$;

CREATE FUNCTION public.audit_jobs() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET extra_float_digits = 1
AS $$
DECLARE
  renewed public.jobs;
  action text;
BEGIN
  IF TG_RELID <> 'public.jobs'::regclass THEN
    RAISE EXCEPTION 'audit_jobs serves public.jobs alone' USING ERRCODE = 'AU002';
  END IF;

  IF TG_OP = 'INSERT' THEN
    IF NEW.rev <> 1 OR NEW.status <> 'PENDING' OR NEW.attempt <> 0 THEN
      RAISE EXCEPTION 'a job begins PENDING, at rev 1 and attempt 0' USING ERRCODE = 'AU002';
    END IF;
    PERFORM public.audit_append('job.created', NEW.workspace_id, 'job', NEW.id, NEW.rev,
      public.audit_changes('{}', public.audit_job_fields(NEW)));
    RETURN NULL;
  END IF;

  IF TG_OP <> 'UPDATE' THEN
    RAISE EXCEPTION 'jobs are never deleted' USING ERRCODE = 'AU002';
  END IF;
  IF (NEW.id, NEW.workspace_id, NEW.origin, NEW.created_by, NEW.created_at)
    <> (OLD.id, OLD.workspace_id, OLD.origin, OLD.created_by, OLD.created_at)
  THEN
    RAISE EXCEPTION 'a job keeps its id, its workspace and where it came from' USING ERRCODE = 'AU002';
  END IF;
  IF NEW.rev <> OLD.rev + 1 THEN
    -- renewing a lease is no change of the job
    renewed := NEW;
    renewed.lease_expires_at := OLD.lease_expires_at;
    -- by image: equality calls 1 and 1.00 in a JSON value the same
    IF renewed *<> OLD THEN
      RAISE EXCEPTION 'rev of job % must go from % to %', OLD.id, OLD.rev, OLD.rev + 1 USING ERRCODE = 'AU002';
    END IF;
    RETURN NULL;
  END IF;

  action := CASE
    WHEN NEW.status = OLD.status AND NEW.attempt = OLD.attempt AND NEW.status = 'RUNNING' THEN 'job.progressed'
    WHEN OLD.status = 'PENDING' AND NEW.status = 'RUNNING' AND NEW.attempt = OLD.attempt + 1 THEN 'job.started'
    WHEN NEW.attempt <> OLD.attempt THEN NULL
    WHEN OLD.status = 'RUNNING' AND NEW.status = 'PENDING' THEN 'job.expired'
    WHEN OLD.status = 'RUNNING' AND NEW.status = 'FAILED' AND NEW.error = 'lease-expired' AND NEW.outcome_digest IS NULL
      THEN 'job.expired'
    WHEN OLD.status = 'RUNNING' AND NEW.status = 'COMPLETED' THEN 'job.completed'
    WHEN OLD.status IN ('PENDING', 'RUNNING') AND NEW.status = 'FAILED' THEN 'job.failed'
    WHEN OLD.status IN ('PENDING', 'RUNNING') AND NEW.status = 'CANCELLED' THEN 'job.cancelled'
    WHEN OLD.status = 'FAILED' AND NEW.status = 'PENDING' AND OLD.attempt < OLD.max_attempts THEN 'job.retried'
  END;
  IF action IS NULL THEN
    RAISE EXCEPTION 'a job does not go from % (attempt %) to % (attempt %)', OLD.status, OLD.attempt, NEW.status, NEW.attempt
      USING ERRCODE = 'AU002';
  END IF;

  -- An attempt that has ended is written down once, whatever ended it.
  IF OLD.status = 'RUNNING' AND NEW.status <> 'RUNNING' THEN
    INSERT INTO public.job_attempts (
      job_id, attempt, status, coordinator_id, agent_id, agent_type, progress_percent, current_step, tokens_used,
      duration_seconds, result, error, failed_step, gate_results, continuation_prompt, started_at, ended_at)
    VALUES (
      OLD.id, OLD.attempt, CASE WHEN action = 'job.expired' THEN 'FAILED' ELSE NEW.status END, OLD.coordinator_id, OLD.agent_id,
      OLD.agent_type, NEW.progress_percent, NEW.current_step, NEW.tokens_used, NEW.duration_seconds, NEW.result,
      CASE WHEN action = 'job.expired' THEN 'lease-expired' ELSE NEW.error END, NEW.failed_step, NEW.gate_results,
      NEW.continuation_prompt, OLD.started_at, coalesce(NEW.ended_at, NEW.updated_at));
  END IF;

  PERFORM public.audit_append(action, NEW.workspace_id, 'job', NEW.id, NEW.rev,
    public.audit_changes(public.audit_job_fields(OLD), public.audit_job_fields(NEW)));
  RETURN NULL;
END
$$;
