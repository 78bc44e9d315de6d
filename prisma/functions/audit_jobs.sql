-- Trigger: records each change of a job, refuses transitions that are not in the state diagram (AU002), and writes a row of job_attempts when an
-- attempt ends.
CREATE OR REPLACE FUNCTION public.audit_jobs() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET extra_float_digits = 1
AS $$
DECLARE
  renewed public.jobs;
  action text;
  changes jsonb := '{}';
  previous jsonb;
BEGIN
  IF TG_RELID <> 'public.jobs'::regclass THEN
    RAISE EXCEPTION 'audit_jobs serves public.jobs alone' USING ERRCODE = 'AU002';
  END IF;

  IF TG_OP = 'INSERT' THEN
    IF NEW.rev <> 1 OR NEW.status <> 'PENDING' OR NEW.attempt <> 0 OR NEW.previous_attempt IS NOT NULL THEN
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
    -- Renewing a lease is no change of the job. Nor is a new key of its repository, which only identify_jobs may set.
    renewed := NEW;
    renewed.lease_expires_at := OLD.lease_expires_at;
    renewed.repository_key := OLD.repository_key;
    -- by image: equality calls 1 and 1.00 in a JSON value the same
    IF renewed *<> OLD THEN
      RAISE EXCEPTION 'rev of job % must go from % to %', OLD.id, OLD.rev, OLD.rev + 1 USING ERRCODE = 'AU002';
    END IF;
    RETURN NULL;
  END IF;

  -- It copies what the records before say, so it is no change of its own.
  previous := CASE WHEN NEW.status = 'PENDING' AND OLD.status <> 'PENDING' THEN public.previous_attempt(OLD, NEW.previous_attempt ->> 'error')
    ELSE OLD.previous_attempt END;
  IF NEW.previous_attempt IS DISTINCT FROM previous THEN
    RAISE EXCEPTION 'the previous attempt of job % is another one', OLD.id USING ERRCODE = 'AU002';
  END IF;

  action := CASE
    WHEN NEW.status = OLD.status AND NEW.attempt = OLD.attempt AND NEW.status = 'RUNNING' THEN 'job.progressed'
    WHEN OLD.status = 'PENDING' AND NEW.status = 'RUNNING' AND NEW.attempt = OLD.attempt + 1 THEN 'job.started'
    WHEN NEW.attempt <> OLD.attempt THEN NULL
    WHEN OLD.status = 'RUNNING' AND NEW.status = 'PENDING'
      THEN CASE NEW.previous_attempt ->> 'error' WHEN 'lease-expired' THEN 'job.expired' ELSE 'job.requeued' END
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
      OLD.id, OLD.attempt, CASE NEW.status WHEN 'PENDING' THEN 'FAILED' ELSE NEW.status END, OLD.coordinator_id, OLD.agent_id,
      OLD.agent_type, NEW.progress_percent, NEW.current_step, NEW.tokens_used,
      coalesce(NEW.duration_seconds, public.seconds_between(OLD.started_at, coalesce(NEW.ended_at, NEW.updated_at))), NEW.result,
      CASE NEW.status WHEN 'PENDING' THEN NEW.previous_attempt ->> 'error' ELSE NEW.error END, NEW.failed_step, NEW.gate_results,
      NEW.continuation_prompt, OLD.started_at, coalesce(NEW.ended_at, NEW.updated_at));
  END IF;

  -- A column at a time: an expression is made ready anew in each transaction that meets it, and these are met only for what differs.
  -- null and the JSON value null are the same to the log.
  IF NEW.type IS DISTINCT FROM OLD.type THEN
    changes := changes || public.audit_change('type', to_jsonb(OLD.type), to_jsonb(NEW.type));
  END IF;
  IF NEW.status IS DISTINCT FROM OLD.status THEN
    changes := changes || public.audit_change('status', to_jsonb(OLD.status), to_jsonb(NEW.status));
  END IF;
  IF NEW.origin IS DISTINCT FROM OLD.origin THEN
    changes := changes || public.audit_change('origin', to_jsonb(OLD.origin), to_jsonb(NEW.origin));
  END IF;
  IF NEW.repository IS DISTINCT FROM OLD.repository THEN
    changes := changes || public.audit_change('repository', to_jsonb(OLD.repository), to_jsonb(NEW.repository));
  END IF;
  IF NEW.issue_number IS DISTINCT FROM OLD.issue_number THEN
    changes := changes || public.audit_change('issueNumber', to_jsonb(OLD.issue_number), to_jsonb(NEW.issue_number));
  END IF;
  IF NEW.priority IS DISTINCT FROM OLD.priority THEN
    changes := changes || public.audit_change('priority', to_jsonb(OLD.priority), to_jsonb(NEW.priority));
  END IF;
  IF NEW.metadata IS DISTINCT FROM OLD.metadata THEN
    changes := changes || public.audit_change('metadata', to_jsonb(OLD.metadata), to_jsonb(NEW.metadata));
  END IF;
  IF NEW.attempt IS DISTINCT FROM OLD.attempt THEN
    changes := changes || public.audit_change('attempt', to_jsonb(OLD.attempt), to_jsonb(NEW.attempt));
  END IF;
  IF NEW.max_attempts IS DISTINCT FROM OLD.max_attempts THEN
    changes := changes || public.audit_change('maxAttempts', to_jsonb(OLD.max_attempts), to_jsonb(NEW.max_attempts));
  END IF;
  IF NEW.coordinator_id IS DISTINCT FROM OLD.coordinator_id THEN
    changes := changes || public.audit_change('coordinatorId', to_jsonb(OLD.coordinator_id), to_jsonb(NEW.coordinator_id));
  END IF;
  IF NEW.agent_id IS DISTINCT FROM OLD.agent_id THEN
    changes := changes || public.audit_change('agentId', to_jsonb(OLD.agent_id), to_jsonb(NEW.agent_id));
  END IF;
  IF NEW.agent_type IS DISTINCT FROM OLD.agent_type THEN
    changes := changes || public.audit_change('agentType', to_jsonb(OLD.agent_type), to_jsonb(NEW.agent_type));
  END IF;
  IF NEW.progress_percent IS DISTINCT FROM OLD.progress_percent THEN
    changes := changes || public.audit_change('progressPercent', to_jsonb(OLD.progress_percent), to_jsonb(NEW.progress_percent));
  END IF;
  IF NEW.current_step IS DISTINCT FROM OLD.current_step THEN
    changes := changes || public.audit_change('currentStep', to_jsonb(OLD.current_step), to_jsonb(NEW.current_step));
  END IF;
  IF NEW.tokens_used IS DISTINCT FROM OLD.tokens_used THEN
    changes := changes || public.audit_change('tokensUsed', to_jsonb(OLD.tokens_used), to_jsonb(NEW.tokens_used));
  END IF;
  IF NEW.duration_seconds IS DISTINCT FROM OLD.duration_seconds THEN
    changes := changes || public.audit_change('durationSeconds', to_jsonb(OLD.duration_seconds), to_jsonb(NEW.duration_seconds));
  END IF;
  IF nullif(NEW.result, 'null') IS DISTINCT FROM nullif(OLD.result, 'null') THEN
    changes := changes || public.audit_change('result', to_jsonb(OLD.result), to_jsonb(NEW.result));
  END IF;
  IF NEW.error IS DISTINCT FROM OLD.error THEN
    changes := changes || public.audit_change('error', to_jsonb(OLD.error), to_jsonb(NEW.error));
  END IF;
  IF NEW.failed_step IS DISTINCT FROM OLD.failed_step THEN
    changes := changes || public.audit_change('failedStep', to_jsonb(OLD.failed_step), to_jsonb(NEW.failed_step));
  END IF;
  IF nullif(NEW.gate_results, 'null') IS DISTINCT FROM nullif(OLD.gate_results, 'null') THEN
    changes := changes || public.audit_change('gateResults', to_jsonb(OLD.gate_results), to_jsonb(NEW.gate_results));
  END IF;
  IF NEW.continuation_prompt IS DISTINCT FROM OLD.continuation_prompt THEN
    changes := changes || public.audit_change('continuationPrompt', to_jsonb(OLD.continuation_prompt), to_jsonb(NEW.continuation_prompt));
  END IF;

  PERFORM public.audit_append(action, NEW.workspace_id, 'job', NEW.id, NEW.rev, changes);
  RETURN NULL;
END
$$;
