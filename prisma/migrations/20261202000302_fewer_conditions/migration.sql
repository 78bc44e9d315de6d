-- Rolling upgrade: yes
-- During an attempt, only reports and deliveries change a job: an update of another column, which no server makes, is refused (AU002) in place of
-- recorded.

-- Trigger: records each change of a job, refuses transitions that are not in the state diagram (AU002), and writes a row of job_attempts when an
-- attempt ends. It writes the record itself, as audit_append and audit_write do for other tables, because each called function slows every change
-- of a job (docs/adr/0047). So for a progress report it calls no function of ours but uuid_v7, which Postgres inlines.
--
-- Postgres prepares each expression again in each transaction that evaluates it, and each function and operator in it. That costs more than to
-- evaluate them. So one condition recognises a report, the most frequent change, which then skips the conditions of all other changes
-- (docs/adr/0076). The condition needs no comparison of the columns that audit_refuse_change_in_run refuses.
--
-- It also checks the values of a job: Postgres reads and plans a CHECK constraint again in each statement that changes a row, also if the
-- statement does not name the column (docs/adr/0075).
--
-- AU001: this statement has no audit context, or the context names no caller
-- AU002: the change, or this change by this actor, is not allowed, or a value is outside its range
CREATE OR REPLACE FUNCTION public.audit_jobs() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- the text of a float depends on this setting, and jsonb keeps the text
SET extra_float_digits = 1
AS $$
DECLARE
  renewed public.jobs;
  is_report boolean := false;
  may_be_large boolean := false;
  action text;
  changes jsonb := '{}';
  previous jsonb;
  context public.audit_context;
  moment timestamptz;
  agent text;
  source_ip_salt bytea;
  user_agent_salt bytea;
BEGIN
  <<decide>>
  BEGIN
    IF TG_RELID = 'public.jobs'::regclass AND NEW.status = 'RUNNING' AND OLD.status = 'RUNNING' AND NEW.attempt = OLD.attempt
      AND NEW.rev = OLD.rev + 1 AND NEW.trigger_count = OLD.trigger_count AND NEW.progress_percent BETWEEN 0 AND 100
    THEN
      is_report := true;
      action := 'job.progressed';
      EXIT decide;
    END IF;

    IF TG_RELID <> 'public.jobs'::regclass THEN
      RAISE EXCEPTION 'audit_jobs serves public.jobs alone' USING ERRCODE = 'AU002';
    END IF;
    IF TG_OP = 'DELETE' THEN
      RAISE EXCEPTION 'jobs are never deleted' USING ERRCODE = 'AU002';
    END IF;

    IF TG_OP = 'INSERT' THEN
      IF NEW.rev <> 1 OR NEW.status <> 'PENDING' OR NEW.attempt <> 0 OR NEW.previous_attempt IS NOT NULL THEN
        RAISE EXCEPTION 'a job begins PENDING, at rev 1 and attempt 0' USING ERRCODE = 'AU002';
      END IF;
      IF NEW.priority NOT BETWEEN 0 AND 100 OR NEW.max_attempts < 0 OR NEW.progress_percent NOT BETWEEN 0 AND 100 OR NEW.final
        OR (NEW.origin = 'STITCHER') <> (NEW.repository_key IS NOT NULL)
      THEN
        RAISE EXCEPTION 'a value of the new job % is not allowed', NEW.id USING ERRCODE = 'AU002';
      END IF;
      action := 'job.created';
      changes := jsonb_build_object(
        'type', jsonb_build_object('from', NULL, 'to', NEW.type), 'origin', jsonb_build_object('from', NULL, 'to', NEW.origin),
        'priority', jsonb_build_object('from', NULL, 'to', NEW.priority), 'metadata', jsonb_build_object('from', NULL, 'to', NEW.metadata),
        'maxAttempts', jsonb_build_object('from', NULL, 'to', NEW.max_attempts));
      IF NEW.repository IS NOT NULL THEN
        changes := changes || jsonb_build_object('repository', jsonb_build_object('from', NULL, 'to', NEW.repository));
      END IF;
      IF NEW.issue_number IS NOT NULL THEN
        changes := changes || jsonb_build_object('issueNumber', jsonb_build_object('from', NULL, 'to', NEW.issue_number));
      END IF;
      IF NEW.retry IS NOT NULL THEN
        changes := changes || jsonb_build_object('retry', jsonb_build_object('from', NULL, 'to', NEW.retry));
      END IF;
    ELSIF NEW.rev <> OLD.rev + 1 THEN
      -- A renewed lease is no change of the job. Neither is a new repository_key, which only identify_jobs may set, nor a not_before whose time has
      -- come.
      renewed := NEW;
      renewed.lease_expires_at := OLD.lease_expires_at;
      IF NEW.repository_key IS NOT NULL AND OLD.repository_key IS NOT NULL THEN
        renewed.repository_key := OLD.repository_key;
      END IF;
      IF NEW.not_before IS NULL AND OLD.not_before <= clock_timestamp() THEN
        renewed.not_before := OLD.not_before;
      END IF;
      -- compares the stored bytes: by equality, 1 and 1.00 in a JSON value are the same
      IF renewed *<> OLD THEN
        RAISE EXCEPTION 'rev of job % must go from % to %', OLD.id, OLD.rev, OLD.rev + 1 USING ERRCODE = 'AU002';
      END IF;
      RETURN NULL;
    ELSE
      IF NEW.progress_percent NOT BETWEEN 0 AND 100 OR NEW.not_before IS NOT NULL AND NEW.status <> 'PENDING'
        OR NEW.final AND NEW.status <> 'FAILED' OR NEW.repository_key IS DISTINCT FROM OLD.repository_key
      THEN
        RAISE EXCEPTION 'a value of job % is not allowed', OLD.id USING ERRCODE = 'AU002';
      END IF;
      -- The most frequent ones first, each in a condition of its own: Postgres prepares the whole of a CASE.
      IF NEW.status = 'RUNNING' AND OLD.status = 'PENDING' THEN
        IF NEW.attempt = OLD.attempt + 1 AND NEW.attempt <= NEW.max_attempts THEN
          action := 'job.started';
        END IF;
      ELSIF NEW.status = 'COMPLETED' AND OLD.status = 'RUNNING' THEN
        IF NEW.attempt = OLD.attempt THEN
          action := 'job.completed';
        END IF;
      ELSE
        action := CASE
          WHEN NEW.trigger_count <> OLD.trigger_count THEN 'job.triggered'
          WHEN NEW.attempt <> OLD.attempt THEN NULL
          -- a digest: of the report that the attempt failed
          WHEN OLD.status = 'RUNNING' AND NEW.status = 'PENDING' THEN CASE
            WHEN NEW.outcome_digest IS NOT NULL THEN 'job.failed'
            WHEN NEW.previous_attempt ->> 'error' = 'lease-expired' THEN 'job.expired'
            ELSE 'job.requeued' END
          WHEN OLD.status = 'RUNNING' AND NEW.status = 'FAILED' AND NEW.error = 'lease-expired' AND NEW.outcome_digest IS NULL
            THEN 'job.expired'
          WHEN OLD.status IN ('PENDING', 'RUNNING') AND NEW.status = 'FAILED' THEN 'job.failed'
          WHEN OLD.status IN ('PENDING', 'RUNNING') AND NEW.status = 'CANCELLED' THEN 'job.cancelled'
          WHEN OLD.status = 'FAILED' AND NEW.status = 'PENDING' AND OLD.attempt < OLD.max_attempts AND NOT OLD.final THEN 'job.retried'
        END;
      END IF;
      IF action IS NULL THEN
        RAISE EXCEPTION 'a job does not go from % (attempt %) to % (attempt %)', OLD.status, OLD.attempt, NEW.status, NEW.attempt
          USING ERRCODE = 'AU002';
      END IF;
      IF NEW.triggers_seen <> OLD.triggers_seen AND NOT (action = 'job.started' AND NEW.triggers_seen = NEW.trigger_count) THEN
        RAISE EXCEPTION 'the triggers that a run knows are set when it begins: job % refused', OLD.id USING ERRCODE = 'AU002';
      END IF;

      -- It copies values of earlier records, so it is no change of its own.
      IF NEW.status = 'PENDING' AND action = 'job.failed' THEN
        previous := public.previous_attempt(NEW, NULL);
      ELSIF NEW.status = 'PENDING' AND OLD.status <> 'PENDING' THEN
        previous := public.previous_attempt(OLD, NEW.previous_attempt ->> 'error');
      ELSE
        previous := OLD.previous_attempt;
      END IF;
      IF NEW.previous_attempt IS DISTINCT FROM previous THEN
        RAISE EXCEPTION 'the previous attempt of job % is another one', OLD.id USING ERRCODE = 'AU002';
      END IF;

      -- Writes each ended attempt once, whatever ended it.
      IF OLD.status = 'RUNNING' AND NEW.status <> 'RUNNING' THEN
        INSERT INTO public.job_attempts (
          job_id, attempt, status, coordinator_id, agent_id, agent_type, progress_percent, current_step, tokens_used,
          duration_seconds, result, error, failed_step, gate_results, continuation_prompt, started_at, ended_at, requeue_digest)
        VALUES (
          OLD.id, OLD.attempt, CASE NEW.status WHEN 'PENDING' THEN 'FAILED' ELSE NEW.status END, OLD.coordinator_id, OLD.agent_id,
          OLD.agent_type, NEW.progress_percent, NEW.current_step, NEW.tokens_used,
          coalesce(NEW.duration_seconds, public.seconds_between(OLD.started_at, coalesce(NEW.ended_at, NEW.updated_at))), NEW.result,
          CASE NEW.status WHEN 'PENDING' THEN NEW.previous_attempt ->> 'error' ELSE NEW.error END, NEW.failed_step, NEW.gate_results,
          NEW.continuation_prompt, OLD.started_at, coalesce(NEW.ended_at, NEW.updated_at),
          CASE NEW.status WHEN 'PENDING' THEN NEW.outcome_digest END);
      END IF;
    END IF;
  END decide;

  context := nullif(current_setting('audit.context', true), '')::public.audit_context;
  IF context.at IS DISTINCT FROM extract(epoch FROM statement_timestamp()) THEN
    RAISE EXCEPTION 'no audit context of this statement: % of job % refused', action, NEW.id USING ERRCODE = 'AU001';
  END IF;
  IF (context.actor_name <> '' AND (
      (context.actor_type = 'SYSTEM' AND context.actor_id IS NULL AND context.key_id IS NULL)
      OR (context.actor_type IN ('COORDINATOR', 'OPERATOR') AND context.actor_id IS NOT NULL AND context.key_id IS NOT NULL
        AND context.request_id IS NOT NULL))) IS NOT TRUE
  THEN
    RAISE EXCEPTION 'the audit context does not say who acts: % of job % refused', action, NEW.id USING ERRCODE = 'AU001';
  END IF;

  -- One column at a time: most do not differ, and then their values are not prepared. For an INSERT, OLD is null in every column. The log does not
  -- distinguish null and the JSON value null.
  IF NEW.progress_percent IS DISTINCT FROM OLD.progress_percent THEN
    changes := changes || jsonb_build_object('progressPercent', jsonb_build_object('from', OLD.progress_percent, 'to', NEW.progress_percent));
  END IF;
  IF NEW.tokens_used IS DISTINCT FROM OLD.tokens_used THEN
    changes := changes || jsonb_build_object('tokensUsed', jsonb_build_object('from', OLD.tokens_used, 'to', NEW.tokens_used));
  END IF;
  IF NEW.current_step IS DISTINCT FROM OLD.current_step THEN
    changes := changes || jsonb_build_object('currentStep', jsonb_build_object('from', OLD.current_step, 'to', NEW.current_step));
    may_be_large := true;
  END IF;
  IF NOT is_report THEN
    may_be_large := true;
    IF action = 'job.expired' AND context.actor_type <> 'SYSTEM' THEN
      RAISE EXCEPTION 'only the system takes back an attempt: job % refused', NEW.id USING ERRCODE = 'AU002';
    END IF;
    IF action = 'job.requeued' AND context.actor_type = 'COORDINATOR' THEN
      RAISE EXCEPTION 'a coordinator does not requeue: job % refused', NEW.id USING ERRCODE = 'AU002';
    END IF;

    IF NEW.status IS DISTINCT FROM OLD.status THEN
      changes := changes || jsonb_build_object('status', jsonb_build_object('from', OLD.status, 'to', NEW.status));
      -- Both are tied to a status, so neither changes alone.
      IF NEW.not_before IS DISTINCT FROM OLD.not_before THEN
        changes := changes || jsonb_build_object('notBefore', jsonb_build_object(
          'from', to_char(OLD.not_before AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
          'to', to_char(NEW.not_before AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')));
      END IF;
      IF NEW.final AND NOT coalesce(OLD.final, false) THEN
        changes := changes || jsonb_build_object('final', jsonb_build_object('from', false, 'to', true));
      END IF;
    END IF;
    IF NEW.attempt IS DISTINCT FROM OLD.attempt THEN
      changes := changes || jsonb_build_object('attempt', jsonb_build_object('from', OLD.attempt, 'to', NEW.attempt));
    END IF;
    IF NEW.coordinator_id IS DISTINCT FROM OLD.coordinator_id THEN
      changes := changes || jsonb_build_object('coordinatorId', jsonb_build_object('from', OLD.coordinator_id, 'to', NEW.coordinator_id));
    END IF;
    IF NEW.agent_id IS DISTINCT FROM OLD.agent_id THEN
      changes := changes || jsonb_build_object('agentId', jsonb_build_object('from', OLD.agent_id, 'to', NEW.agent_id));
    END IF;
    IF NEW.agent_type IS DISTINCT FROM OLD.agent_type THEN
      changes := changes || jsonb_build_object('agentType', jsonb_build_object('from', OLD.agent_type, 'to', NEW.agent_type));
    END IF;
    -- one condition: a job that did not end before, and does not end now, has none of these values
    IF num_nonnulls(
      NEW.duration_seconds, NEW.result, NEW.error, NEW.failed_step, NEW.gate_results, NEW.continuation_prompt,
      OLD.duration_seconds, OLD.result, OLD.error, OLD.failed_step, OLD.gate_results, OLD.continuation_prompt) > 0
    THEN
      IF NEW.duration_seconds IS DISTINCT FROM OLD.duration_seconds THEN
        changes := changes || jsonb_build_object('durationSeconds', jsonb_build_object('from', OLD.duration_seconds, 'to', NEW.duration_seconds));
      END IF;
      IF nullif(NEW.result, 'null') IS DISTINCT FROM nullif(OLD.result, 'null') THEN
        changes := changes || jsonb_build_object('result', jsonb_build_object('from', OLD.result, 'to', NEW.result));
      END IF;
      IF NEW.error IS DISTINCT FROM OLD.error THEN
        changes := changes || jsonb_build_object('error', jsonb_build_object('from', OLD.error, 'to', NEW.error));
      END IF;
      IF NEW.failed_step IS DISTINCT FROM OLD.failed_step THEN
        changes := changes || jsonb_build_object('failedStep', jsonb_build_object('from', OLD.failed_step, 'to', NEW.failed_step));
      END IF;
      IF nullif(NEW.gate_results, 'null') IS DISTINCT FROM nullif(OLD.gate_results, 'null') THEN
        changes := changes || jsonb_build_object('gateResults', jsonb_build_object('from', OLD.gate_results, 'to', NEW.gate_results));
      END IF;
      IF NEW.continuation_prompt IS DISTINCT FROM OLD.continuation_prompt THEN
        changes := changes || jsonb_build_object('continuationPrompt', jsonb_build_object('from', OLD.continuation_prompt, 'to', NEW.continuation_prompt));
      END IF;
    END IF;
    IF action = 'job.triggered' THEN
      changes := jsonb_build_object('triggerCount', jsonb_build_object('from', OLD.trigger_count, 'to', NEW.trigger_count),
        'trigger', jsonb_build_object('from', NULL, 'to', NEW.triggers -> -1));
    END IF;
  END IF;
  -- Without a new step, the changes of a report are two numbers.
  IF may_be_large THEN
    -- no value can be larger than the sum
    IF octet_length(changes::text) > 4096 THEN
      changes := public.audit_within_limit(changes);
    END IF;
  END IF;

  moment := clock_timestamp();
  agent := left(context.user_agent, 512);
  -- 16 bytes with 122 random bits each: core Postgres has no other source of random bytes.
  source_ip_salt := CASE WHEN context.source_ip IS NOT NULL THEN uuid_send(gen_random_uuid()) END;
  user_agent_salt := CASE WHEN agent IS NOT NULL THEN uuid_send(gen_random_uuid()) END;
  INSERT INTO public.audit_log (
    id, occurred_at, actor_type, actor_id, actor_name, key_id, action, outcome, reason, workspace_id, resource_type, resource_id, rev,
    changes, request_id, source_ip, source_ip_salt, source_ip_commitment, user_agent, user_agent_salt, user_agent_commitment)
  VALUES (
    public.uuid_v7(moment), date_trunc('milliseconds', moment), context.actor_type, context.actor_id, left(context.actor_name, 200),
    context.key_id, action, 'SUCCESS', left(context.reason, 200), NEW.workspace_id, 'job', NEW.id, NEW.rev, changes,
    left(context.request_id, 128),
    context.source_ip, source_ip_salt, sha256(source_ip_salt || convert_to(host(context.source_ip), 'UTF8')),
    agent, user_agent_salt, sha256(user_agent_salt || convert_to(agent, 'UTF8')));
  RETURN NULL;
END
$$;

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

-- Writes one record with the present time. audit_jobs writes the records of jobs. The callers set the search path.
CREATE OR REPLACE FUNCTION public.audit_write(
  p_actor_type public.audit_actor_type, p_actor_id uuid, p_actor_name text, p_key_id uuid, p_action text,
  p_outcome public.audit_outcome, p_reason text, p_workspace_id uuid, p_resource_type text, p_resource_id uuid,
  p_changes jsonb, p_request_id text, p_source_ip inet, p_user_agent text, p_occurrences integer
) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  moment CONSTANT timestamptz := clock_timestamp();
  agent CONSTANT text := left(p_user_agent, 512);
  -- 16 bytes with 122 random bits each: core Postgres has no other source of random bytes.
  source_ip_salt CONSTANT bytea := CASE WHEN p_source_ip IS NOT NULL THEN uuid_send(gen_random_uuid()) END;
  user_agent_salt CONSTANT bytea := CASE WHEN agent IS NOT NULL THEN uuid_send(gen_random_uuid()) END;
BEGIN
  IF pg_column_size(p_changes) > 524288 THEN
    RAISE EXCEPTION 'the changes of a record have % bytes: % of % % refused', pg_column_size(p_changes), p_action, p_resource_type,
      p_resource_id USING ERRCODE = 'AU002';
  END IF;
  IF (p_actor_type IN ('COORDINATOR', 'OPERATOR')) <> (p_actor_id IS NOT NULL) OR p_outcome = 'DENIED' AND p_reason IS NULL
    OR p_occurrences < 1
  THEN
    RAISE EXCEPTION 'the record lacks its actor or its reason, or stands for nothing: % of % % refused', p_action, p_resource_type,
      p_resource_id USING ERRCODE = 'AU002';
  END IF;

  INSERT INTO public.audit_log (
    id, occurred_at, actor_type, actor_id, actor_name, key_id, action, outcome, reason, workspace_id, resource_type,
    resource_id, changes, request_id, source_ip, source_ip_salt, source_ip_commitment, user_agent, user_agent_salt,
    user_agent_commitment, occurrences)
  VALUES (
    public.uuid_v7(moment), date_trunc('milliseconds', moment), p_actor_type, p_actor_id, left(p_actor_name, 200), p_key_id,
    p_action, p_outcome, left(p_reason, 200), p_workspace_id, left(p_resource_type, 50), p_resource_id, p_changes,
    left(p_request_id, 128), p_source_ip, source_ip_salt, sha256(source_ip_salt || convert_to(host(p_source_ip), 'UTF8')),
    agent, user_agent_salt, sha256(user_agent_salt || convert_to(agent, 'UTF8')), p_occurrences);
END
$$;

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

CREATE TRIGGER jobs_audit_in_run AFTER UPDATE OF previous_attempt, coordinator_id, agent_id, agent_type, repository_key, triggers_seen, not_before,
  duration_seconds, result, error, failed_step, gate_results, continuation_prompt, final ON public.jobs
  FOR EACH ROW EXECUTE FUNCTION public.audit_refuse_change_in_run();
ALTER TABLE public.jobs ENABLE ALWAYS TRIGGER jobs_audit_in_run;
REVOKE ALL ON FUNCTION public.audit_refuse_change_in_run FROM PUBLIC;
ALTER FUNCTION public.audit_refuse_change_in_run OWNER TO coordinator_registry_audit;

CREATE OR REPLACE TRIGGER jobs_further_job AFTER UPDATE OF status ON public.jobs FOR EACH ROW EXECUTE FUNCTION public.start_further_job();
ALTER TABLE public.jobs ENABLE ALWAYS TRIGGER jobs_further_job;
