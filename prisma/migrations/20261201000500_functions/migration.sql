-- The functions of prisma/functions. Bodies may call functions that come later in this file.
SET LOCAL check_function_bodies = off;

-- Appends one record of a change. The audit context of this statement names the caller and the request. Triggers call this function and set the
-- search path: setting it again would cost each record time. audit_jobs has the same code for jobs, which change most.
--
-- AU001: this statement has no audit context, or the context names no caller
CREATE OR REPLACE FUNCTION public.audit_append(
  p_action text, p_workspace_id uuid, p_resource_type text, p_resource_id uuid, p_changes jsonb
) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  context public.audit_context := nullif(current_setting('audit.context', true), '')::public.audit_context;
BEGIN
  IF context.at IS DISTINCT FROM extract(epoch FROM statement_timestamp()) THEN
    RAISE EXCEPTION 'no audit context of this statement: % of % % refused', p_action, p_resource_type, p_resource_id
      USING ERRCODE = 'AU001';
  END IF;
  IF (context.actor_name <> '' AND (
      (context.actor_type = 'SYSTEM' AND context.actor_id IS NULL AND context.key_id IS NULL)
      OR (context.actor_type IN ('COORDINATOR', 'OPERATOR') AND context.actor_id IS NOT NULL AND context.key_id IS NOT NULL
        AND context.request_id IS NOT NULL))) IS NOT TRUE
  THEN
    RAISE EXCEPTION 'the audit context does not say who acts: % of % % refused', p_action, p_resource_type, p_resource_id
      USING ERRCODE = 'AU001';
  END IF;

  PERFORM public.audit_write(
    context.actor_type, context.actor_id, context.actor_name, context.key_id, p_action, 'SUCCESS', context.reason,
    p_workspace_id, p_resource_type, p_resource_id, p_changes, context.request_id, context.source_ip, context.user_agent, 1);
END
$$;

-- The fields that differ, as {field: {from, to}}; null means that the field was absent. Both arguments are allow-lists.
CREATE OR REPLACE FUNCTION public.audit_changes(old_fields jsonb, new_fields jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT coalesce(pg_catalog.jsonb_object_agg(n.key, pg_catalog.jsonb_build_object(
    'from', public.audit_value(nullif(old_fields -> n.key, 'null')), 'to', public.audit_value(nullif(n.value, 'null')))), '{}')
  FROM pg_catalog.jsonb_each(new_fields) AS n
  WHERE coalesce(old_fields -> n.key, 'null') <> n.value
$$;

-- The columns of a coordinator that the log records. Never the key's secret or its hash.
CREATE OR REPLACE FUNCTION public.audit_coordinator_fields(coordinator public.coordinators) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object(
    'name', coordinator.name, 'status', coordinator.status, 'permissions', coordinator.permissions,
    'rateLimitPerMinute', coordinator.rate_limit_per_minute, 'maxRunning', coordinator.max_running, 'allowedNetworks', coordinator.allowed_networks)
$$;

-- The columns of a coordinator's key that the log records. Never the secret or its hash.
CREATE OR REPLACE FUNCTION public.audit_coordinator_key_fields(key public.coordinator_keys) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object(
    'coordinatorId', key.coordinator_id, 'name', key.name, 'environment', key.environment,
    'predecessorId', key.predecessor_id, 'expiresAt', key.expires_at, 'rotatedAt', key.rotated_at,
    'revokedAt', key.revoked_at)
$$;

-- Trigger: records each change of a coordinator's key, and refuses changes that are not allowed for keys (AU002).
CREATE OR REPLACE FUNCTION public.audit_coordinator_keys() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET timezone = 'UTC'
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.coordinator_keys'::regclass THEN
    RAISE EXCEPTION 'audit_coordinator_keys serves public.coordinator_keys alone' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'coordinator keys are revoked, never deleted' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'UPDATE' AND (
    OLD.revoked_at IS NOT NULL OR NEW.expires_at > OLD.expires_at OR (NEW.expires_at IS NULL AND OLD.expires_at IS NOT NULL)
    OR (NEW.revoked_at IS NULL AND NEW.rotated_at IS NULL))
  THEN
    RAISE EXCEPTION 'a coordinator key is rotated or revoked: it never lives longer than was said, and stays revoked'
      USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_append(
    CASE
      WHEN TG_OP = 'INSERT' THEN 'coordinator-key.issued'
      WHEN NEW.revoked_at IS NOT NULL THEN 'coordinator-key.revoked'
      ELSE 'coordinator-key.rotated'
    END,
    NULL, 'coordinator-key', NEW.id,
    public.audit_changes(
      CASE TG_OP WHEN 'INSERT' THEN '{}' ELSE public.audit_coordinator_key_fields(OLD) END,
      public.audit_coordinator_key_fields(NEW)));
  RETURN NULL;
END
$$;

-- The columns of a webhook that the log records.
CREATE OR REPLACE FUNCTION public.audit_coordinator_webhook_fields(webhook public.coordinator_webhooks) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object(
    'coordinatorId', webhook.coordinator_id, 'name', webhook.name, 'predecessorId', webhook.predecessor_id,
    'expiresAt', webhook.expires_at, 'rotatedAt', webhook.rotated_at, 'revokedAt', webhook.revoked_at)
$$;

-- Trigger: records each change of a webhook, and refuses changes that are not allowed for webhooks (AU002).
CREATE OR REPLACE FUNCTION public.audit_coordinator_webhooks() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET timezone = 'UTC'
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.coordinator_webhooks'::regclass THEN
    RAISE EXCEPTION 'audit_coordinator_webhooks serves public.coordinator_webhooks alone' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'webhooks are revoked, never deleted' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'UPDATE' AND (
    OLD.revoked_at IS NOT NULL OR NEW.expires_at > OLD.expires_at OR (NEW.expires_at IS NULL AND OLD.expires_at IS NOT NULL)
    OR (NEW.revoked_at IS NULL AND NEW.rotated_at IS NULL))
  THEN
    RAISE EXCEPTION 'a webhook is rotated or revoked: its end never moves back, and a revoked one stays revoked'
      USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_append(
    CASE
      WHEN TG_OP = 'INSERT' THEN 'webhook.created'
      WHEN NEW.revoked_at IS NOT NULL THEN 'webhook.deleted'
      ELSE 'webhook.rotated'
    END,
    NULL, 'webhook', NEW.id,
    public.audit_changes(
      CASE TG_OP WHEN 'INSERT' THEN '{}' ELSE public.audit_coordinator_webhook_fields(OLD) END,
      public.audit_coordinator_webhook_fields(NEW)));
  RETURN NULL;
END
$$;

-- Trigger: records that a coordinator got or lost a workspace.
CREATE OR REPLACE FUNCTION public.audit_coordinator_workspaces() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.coordinator_workspaces'::regclass THEN
    RAISE EXCEPTION 'audit_coordinator_workspaces serves public.coordinator_workspaces alone' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'DELETE' THEN
    PERFORM public.audit_append('coordinator.updated', OLD.workspace_id, 'coordinator', OLD.coordinator_id,
      jsonb_build_object('workspaceIds', jsonb_build_object('from', OLD.workspace_id, 'to', NULL)));
  ELSE
    PERFORM public.audit_append('coordinator.updated', NEW.workspace_id, 'coordinator', NEW.coordinator_id,
      jsonb_build_object('workspaceIds', jsonb_build_object('from', NULL, 'to', NEW.workspace_id)));
  END IF;
  RETURN NULL;
END
$$;

-- Trigger: records each change of a coordinator. A coordinator keeps its row, and stays deleted (AU002).
CREATE OR REPLACE FUNCTION public.audit_coordinators() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.coordinators'::regclass THEN
    RAISE EXCEPTION 'audit_coordinators serves public.coordinators alone' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND OLD.status = 'DELETED') THEN
    RAISE EXCEPTION 'coordinators keep their row, and a deleted one stays deleted' USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_append(
    CASE
      WHEN TG_OP = 'INSERT' THEN 'coordinator.registered'
      WHEN NEW.status = OLD.status THEN 'coordinator.updated'
      WHEN NEW.status = 'DELETED' THEN 'coordinator.deleted'
      WHEN NEW.status = 'SUSPENDED' THEN 'coordinator.suspended'
      ELSE 'coordinator.activated'
    END,
    NULL, 'coordinator', NEW.id,
    public.audit_changes(
      CASE TG_OP WHEN 'INSERT' THEN '{}' ELSE public.audit_coordinator_fields(OLD) END,
      public.audit_coordinator_fields(NEW)));
  RETURN NULL;
END
$$;

-- Creates one partition of the log unless it exists. Returns whether it did.
--
-- The table is created with LIKE, gets its triggers, and is then attached: PARTITION OF would block every writer while it waits for its lock.
-- Row triggers of the parent come with ATTACH. The trigger against TRUNCATE does not, so each partition gets its own.
CREATE OR REPLACE FUNCTION public.audit_ensure_partition(suffix text, lower_bound text, upper_bound text) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  partition text := 'audit_log' || suffix;
BEGIN
  -- Checks that the table is attached: another table of that name must raise an error, not leave the month without a partition.
  IF EXISTS (
    SELECT FROM pg_inherits
    WHERE inhparent = 'public.audit_log'::regclass AND inhrelid = to_regclass(format('public.%I', partition)))
  THEN
    RETURN false;
  END IF;

  EXECUTE format('CREATE TABLE public.%I (LIKE public.audit_log INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)', partition);
  EXECUTE format('CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON public.%I
    FOR EACH STATEMENT EXECUTE FUNCTION public.audit_log_refuse_change()', partition);
  EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER audit_log_no_truncate', partition);
  EXECUTE format('ALTER TABLE public.audit_log ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
    partition, lower_bound, upper_bound);
  EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER audit_log_append_only', partition);
  RETURN true;
END
$$;

-- Sets source addresses and user agents of one actor, with their salts, to null in the next 10,000 of its records after `p_after` (null: from
-- the first on), in the context of an ADMIN. Returns {erased, reached}: the number of erased records, and the last record that was read (null at
-- the end). Returns null if the actor does not exist. A part that erases nothing is recorded only if it is the last.
CREATE OR REPLACE FUNCTION public.audit_erase(p_actor_id uuid, p_after uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  part_size CONSTANT integer := 10000;
  context public.audit_context := nullif(current_setting('audit.context', true), '')::public.audit_context;
  actor_kind text := CASE
    WHEN EXISTS (SELECT FROM public.coordinators WHERE id = p_actor_id) THEN 'coordinator'
    WHEN EXISTS (SELECT FROM public.operators WHERE id = p_actor_id) THEN 'operator'
  END;
  after_id uuid := coalesce(p_after, '00000000-0000-0000-0000-000000000000');
  -- An id has the millisecond of its record.
  after_moment timestamptz := CASE WHEN p_after IS NULL THEN '-infinity' ELSE to_timestamp(
    ('x' || substr(replace(p_after::text, '-', ''), 1, 12))::bit(48)::bigint / 1000.0) END;
  last_id uuid;
  last_moment timestamptz;
  looked_at bigint;
  erased bigint;
BEGIN
  IF NOT EXISTS (
    SELECT FROM public.operators
    WHERE id = context.actor_id AND context.actor_type = 'OPERATOR' AND role = 'ADMIN' AND deleted_at IS NULL)
  THEN
    RAISE EXCEPTION 'only an ADMIN erases personal values' USING ERRCODE = 'AU002';
  END IF;
  IF actor_kind IS NULL THEN
    RETURN NULL;
  END IF;

  -- Only records of transactions with a lower number: their leaves come before the leaf of the record of the erasure.
  SELECT count(*), (array_agg(part.id ORDER BY part.occurred_at DESC, part.id DESC))[1], max(part.occurred_at)
  INTO looked_at, last_id, last_moment
  FROM (
    SELECT record.id, record.occurred_at FROM public.audit_log AS record
    WHERE record.actor_id = p_actor_id AND (record.occurred_at, record.id) > (after_moment, after_id)
      AND record.xid < pg_current_xact_id()
    ORDER BY record.occurred_at, record.id
    LIMIT part_size
  ) AS part;
  PERFORM set_config('audit.erasing', transaction_timestamp()::text, true);
  -- audit_log_actor_idx, the same range
  UPDATE public.audit_log AS record
  SET source_ip = NULL, source_ip_salt = NULL, user_agent = NULL, user_agent_salt = NULL
  WHERE record.actor_id = p_actor_id AND (record.occurred_at, record.id) > (after_moment, after_id)
    AND (record.occurred_at, record.id) <= (last_moment, last_id) AND record.xid < pg_current_xact_id()
    AND (record.source_ip IS NOT NULL OR record.user_agent IS NOT NULL);
  GET DIAGNOSTICS erased = ROW_COUNT;
  PERFORM set_config('audit.erasing', '', true);

  IF erased > 0 OR looked_at < part_size THEN
    PERFORM public.audit_append('audit.erased', NULL, actor_kind, p_actor_id,
      jsonb_build_object('personalValues', jsonb_build_object('from', erased, 'to', 0)));
  END IF;
  RETURN jsonb_build_object(
    'erased', erased, 'reached', CASE WHEN looked_at = part_size THEN last_id END);
END
$$;

-- The smallest UUIDv7 of a moment. The partitions have ids as bounds, which stand for times.
CREATE OR REPLACE FUNCTION public.audit_first_id(moment timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.rpad(
    pg_catalog.lpad(pg_catalog.to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0'), 32, '0')::uuid
$$;

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

-- Trigger: records each change of a job, refuses transitions that are not in the state diagram (AU002), and writes a row of job_attempts when an
-- attempt ends. It writes the record itself, as audit_append and audit_write do for other tables, because each called function slows every change
-- of a job (docs/adr/0047). So for a progress report it calls no function of ours but uuid_v7, which Postgres inlines.
--
-- AU001: this statement has no audit context, or the context names no caller
-- AU002: the change, or this change by this actor, is not allowed
CREATE OR REPLACE FUNCTION public.audit_jobs() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- the text of a float depends on this setting, and jsonb keeps the text
SET extra_float_digits = 1
AS $$
DECLARE
  renewed public.jobs;
  action text;
  changes jsonb := '{}';
  previous jsonb;
  context public.audit_context;
  moment timestamptz;
  agent text;
  salts bytea;
  source_ip_salt bytea;
  user_agent_salt bytea;
BEGIN
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
    renewed.repository_key := OLD.repository_key;
    IF NEW.not_before IS NULL AND OLD.not_before <= clock_timestamp() THEN
      renewed.not_before := OLD.not_before;
    END IF;
    -- compares the stored bytes: by equality, 1 and 1.00 in a JSON value are the same
    IF renewed *<> OLD THEN
      RAISE EXCEPTION 'rev of job % must go from % to %', OLD.id, OLD.rev, OLD.rev + 1 USING ERRCODE = 'AU002';
    END IF;
    RETURN NULL;
  ELSE
    -- the most frequent change first, for the same reason as below
    IF NEW.status = 'RUNNING' AND OLD.status = 'RUNNING' AND NEW.attempt = OLD.attempt AND NEW.trigger_count = OLD.trigger_count THEN
      action := 'job.progressed';
    ELSE
      action := CASE
        WHEN NEW.trigger_count <> OLD.trigger_count THEN 'job.triggered'
        WHEN OLD.status = 'PENDING' AND NEW.status = 'RUNNING' AND NEW.attempt = OLD.attempt + 1 THEN 'job.started'
        WHEN NEW.attempt <> OLD.attempt THEN NULL
        -- a digest: of the report that the attempt failed
        WHEN OLD.status = 'RUNNING' AND NEW.status = 'PENDING' THEN CASE
          WHEN NEW.outcome_digest IS NOT NULL THEN 'job.failed'
          WHEN NEW.previous_attempt ->> 'error' = 'lease-expired' THEN 'job.expired'
          ELSE 'job.requeued' END
        WHEN OLD.status = 'RUNNING' AND NEW.status = 'FAILED' AND NEW.error = 'lease-expired' AND NEW.outcome_digest IS NULL
          THEN 'job.expired'
        WHEN OLD.status = 'RUNNING' AND NEW.status = 'COMPLETED' THEN 'job.completed'
        WHEN OLD.status IN ('PENDING', 'RUNNING') AND NEW.status = 'FAILED' THEN 'job.failed'
        WHEN OLD.status IN ('PENDING', 'RUNNING') AND NEW.status = 'CANCELLED' THEN 'job.cancelled'
        WHEN OLD.status = 'FAILED' AND NEW.status = 'PENDING' AND OLD.attempt < OLD.max_attempts AND NOT OLD.final THEN 'job.retried'
      END;
      IF action IS NULL THEN
        RAISE EXCEPTION 'a job does not go from % (attempt %) to % (attempt %)', OLD.status, OLD.attempt, NEW.status, NEW.attempt
          USING ERRCODE = 'AU002';
      END IF;
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
  IF action = 'job.expired' AND context.actor_type <> 'SYSTEM' THEN
    RAISE EXCEPTION 'only the system takes back an attempt: job % refused', NEW.id USING ERRCODE = 'AU002';
  END IF;
  IF action = 'job.requeued' AND context.actor_type = 'COORDINATOR' THEN
    RAISE EXCEPTION 'a coordinator does not requeue: job % refused', NEW.id USING ERRCODE = 'AU002';
  END IF;

  -- One column at a time: Postgres prepares an expression again in each transaction that evaluates it, and most columns do not differ. For an
  -- INSERT, OLD is null in every column. The log does not distinguish null and the JSON value null.
  IF NEW.status IS DISTINCT FROM OLD.status THEN
    changes := changes || jsonb_build_object('status', jsonb_build_object('from', OLD.status, 'to', NEW.status));
    -- Constraints tie both to a status, so neither changes alone.
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
  IF NEW.progress_percent IS DISTINCT FROM OLD.progress_percent THEN
    changes := changes || jsonb_build_object('progressPercent', jsonb_build_object('from', OLD.progress_percent, 'to', NEW.progress_percent));
  END IF;
  IF NEW.current_step IS DISTINCT FROM OLD.current_step THEN
    changes := changes || jsonb_build_object('currentStep', jsonb_build_object('from', OLD.current_step, 'to', NEW.current_step));
  END IF;
  IF NEW.tokens_used IS DISTINCT FROM OLD.tokens_used THEN
    changes := changes || jsonb_build_object('tokensUsed', jsonb_build_object('from', OLD.tokens_used, 'to', NEW.tokens_used));
  END IF;
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
  IF action = 'job.triggered' THEN
    changes := jsonb_build_object('triggerCount', jsonb_build_object('from', OLD.trigger_count, 'to', NEW.trigger_count),
      'trigger', jsonb_build_object('from', NULL, 'to', NEW.triggers -> -1));
  END IF;
  -- no value can be larger than the sum
  IF octet_length(changes::text) > 4096 THEN
    changes := public.audit_within_limit(changes);
  END IF;

  moment := clock_timestamp();
  agent := left(context.user_agent, 512);
  -- Both salts, of 128 bits each, from one digest over 244 random bits: core Postgres has no other source of bytes.
  salts := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
  source_ip_salt := CASE WHEN context.source_ip IS NOT NULL THEN substr(salts, 1, 16) END;
  user_agent_salt := CASE WHEN agent IS NOT NULL THEN substr(salts, 17, 16) END;
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

-- Creates the partitions of this month and of the next `months_ahead` months, unless they exist. Returns the number of created partitions.
CREATE OR REPLACE FUNCTION public.audit_log_ensure_partitions(months_ahead integer DEFAULT 3) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
SET lock_timeout = 0
AS $$
DECLARE
  lower_bound timestamptz;
  upper_bound timestamptz;
  made integer := 0;
BEGIN
  -- one session creates partitions at a time
  PERFORM public.audit_take_lock('partitions', '10 seconds');
  FOR ahead IN 0..least(greatest(months_ahead, 0), 24) LOOP
    lower_bound := date_trunc('month', now()) + make_interval(months => ahead);
    upper_bound := lower_bound + interval '1 month';
    made := made + public.audit_ensure_partition(
      '_' || to_char(lower_bound, 'YYYY_MM'), lower_bound::text, upper_bound::text)::integer;
  END LOOP;
  RETURN made;
END
$$;

-- Trigger: refuses every change of a record (AU002) with one exception: audit_erase, which runs as the log's owner, sets the personal values and
-- their salts to null in its own transaction. If the API's login sets `audit.erasing` itself, this allows no change.
CREATE OR REPLACE FUNCTION public.audit_log_guard() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  erased public.audit_log;
BEGIN
  IF TG_OP = 'UPDATE' AND current_user = 'coordinator_registry_audit'
    AND current_setting('audit.erasing', true) = transaction_timestamp()::text
  THEN
    erased := OLD;
    erased.source_ip := NULL;
    erased.source_ip_salt := NULL;
    erased.user_agent := NULL;
    erased.user_agent_salt := NULL;
    IF NEW *= erased THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'append-only: % on %.% refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'AU002';
END
$$;

-- Trigger: refuses every change of a row (AU002). For tables that only grow.
CREATE OR REPLACE FUNCTION public.audit_log_refuse_change() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'append-only: % on %.% refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'AU002';
END
$$;

-- The oldest month that retention no longer keeps, as YYYY_MM; null if there is none.
CREATE OR REPLACE FUNCTION public.audit_month_over() RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
AS $$
  SELECT substring(child.relname FROM '^audit_log_(\d{4}_\d{2})$')
  FROM public.audit_retention AS retention, pg_inherits AS partition JOIN pg_class AS child ON child.oid = partition.inhrelid
  WHERE partition.inhparent = 'public.audit_log'::regclass AND child.relname ~ '^audit_log_\d{4}_\d{2}$'
    AND child.relname < 'audit_log_' || to_char(date_trunc('month', now()) - make_interval(months => retention.months), 'YYYY_MM')
  ORDER BY child.relname
  LIMIT 1
$$;

-- The columns of an operator that the log records. Never the key's secret or its hash.
CREATE OR REPLACE FUNCTION public.audit_operator_fields(operator public.operators) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object(
    'name', operator.name, 'role', operator.role, 'workspaceIds', operator.workspace_ids, 'keyId', operator.key_id,
    'keyExpiresAt', operator.key_expires_at, 'allowedNetworks', operator.allowed_networks, 'deletedAt', operator.deleted_at)
$$;

-- Trigger: records each change of an operator. An operator keeps its row, and stays deleted (AU002).
CREATE OR REPLACE FUNCTION public.audit_operators() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET timezone = 'UTC'
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.operators'::regclass THEN
    RAISE EXCEPTION 'audit_operators serves public.operators alone' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND OLD.deleted_at IS NOT NULL) THEN
    RAISE EXCEPTION 'operators keep their row, and a deleted one stays deleted' USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_append(
    CASE
      WHEN TG_OP = 'INSERT' THEN 'operator.created'
      WHEN NEW.deleted_at IS NOT NULL THEN 'operator.deleted'
      WHEN NEW.key_id <> OLD.key_id OR NEW.kid <> OLD.kid OR NEW.secret_hash <> OLD.secret_hash THEN 'operator.rotated'
      ELSE 'operator.updated'
    END,
    NULL, 'operator', NEW.id,
    public.audit_changes(
      CASE TG_OP WHEN 'INSERT' THEN '{}' ELSE public.audit_operator_fields(OLD) END, public.audit_operator_fields(NEW)));
  RETURN NULL;
END
$$;

-- Records that an operator exported the log, in which format and with which filter. AU002 if the audit context is not an operator's.
CREATE OR REPLACE FUNCTION public.audit_record_export(p_format text, p_workspace_id uuid, p_filter jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF (p_format IN ('ndjson', 'csv', 'ocsf') AND jsonb_typeof(p_filter) = 'object') IS NOT TRUE
    OR (nullif(current_setting('audit.context', true), '')::public.audit_context).actor_type IS DISTINCT FROM 'OPERATOR'
  THEN
    RAISE EXCEPTION 'not an export by an operator: %', p_format USING ERRCODE = 'AU002';
  END IF;
  PERFORM public.audit_append('audit.exported', p_workspace_id, 'audit-log', NULL, jsonb_build_object(
    'format', jsonb_build_object('from', NULL, 'to', p_format),
    'filter', jsonb_build_object('from', NULL, 'to', public.audit_value(p_filter))));
  RETURN true;
END
$$;

-- Records a read of jobs, for deployments that record reads: a SELECT fires no trigger. Takes only the actions `job.read` and `jobs.listed`.
CREATE OR REPLACE FUNCTION public.audit_record_read(
  p_actor_type text, p_actor_id uuid, p_actor_name text, p_key_id uuid, p_action text, p_workspace_id uuid, p_job_id uuid,
  p_request_id text, p_source_ip inet, p_user_agent text
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT coalesce(CASE p_action
    WHEN 'job.read' THEN p_job_id IS NOT NULL AND p_workspace_id IS NOT NULL
    WHEN 'jobs.listed' THEN p_job_id IS NULL
  END, false) THEN
    RAISE EXCEPTION 'not a read: %', p_action USING ERRCODE = 'AU002';
  END IF;
  IF (p_actor_type IN ('COORDINATOR', 'OPERATOR') AND p_actor_id IS NOT NULL AND nullif(p_actor_name, '') IS NOT NULL
    AND p_key_id IS NOT NULL AND p_request_id IS NOT NULL) IS NOT TRUE
  THEN
    RAISE EXCEPTION 'a read is by a coordinator or an operator, with its key, in a request' USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_write(
    p_actor_type::public.audit_actor_type, p_actor_id, left(p_actor_name, 200), p_key_id, p_action, 'SUCCESS', NULL,
    p_workspace_id, 'job', p_job_id, '{}', left(p_request_id, 128), p_source_ip, left(p_user_agent, 512), 1);
END
$$;

-- Records a refusal. Takes only the outcome DENIED and the actions of refusals. For an unknown caller it stores only the address and the route, whose
-- text the server chose. It truncates texts of the client.
CREATE OR REPLACE FUNCTION public.audit_record_refusal(
  p_actor_type text, p_actor_id uuid, p_actor_name text, p_key_id uuid, p_action text, p_reason text, p_workspace_id uuid,
  p_resource_type text, p_resource_id uuid, p_route text, p_request_id text, p_source_ip inet, p_user_agent text,
  p_occurrences integer
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF (p_action IN ('auth.denied', 'access.denied', 'rate.limited')) IS NOT TRUE OR nullif(p_reason, '') IS NULL
    OR (p_occurrences >= 1) IS NOT TRUE
  THEN
    RAISE EXCEPTION 'not a refusal: % for %, % times', p_action, p_reason, p_occurrences USING ERRCODE = 'AU002';
  END IF;
  IF NOT coalesce(CASE
    WHEN p_actor_type = 'ANONYMOUS' THEN p_actor_id IS NULL AND p_actor_name IS NULL AND p_key_id IS NULL
    WHEN p_actor_type IN ('COORDINATOR', 'OPERATOR')
      THEN p_actor_id IS NOT NULL AND nullif(p_actor_name, '') IS NOT NULL AND p_key_id IS NOT NULL
  END, false) THEN
    RAISE EXCEPTION 'a refusal is of a coordinator or an operator with its key, or of an anonymous caller'
      USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_write(
    p_actor_type::public.audit_actor_type, p_actor_id, left(p_actor_name, 200), p_key_id, p_action, 'DENIED',
    left(p_reason, 100), p_workspace_id, left(p_resource_type, 50), p_resource_id,
    CASE WHEN p_route IS NULL THEN '{}'
      ELSE jsonb_build_object('route', jsonb_build_object('from', NULL, 'to', left(p_route, 200))) END,
    left(p_request_id, 128), p_source_ip, left(p_user_agent, 512), p_occurrences);
END
$$;

-- Trigger: refuses updates of columns that keep their first value (AU002). The trigger names them: AFTER UPDATE OF ….
CREATE OR REPLACE FUNCTION public.audit_refuse_frozen() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'update of a column of % that never changes: refused', TG_TABLE_NAME USING ERRCODE = 'AU002';
END
$$;

-- Trigger: refuses TRUNCATE, which would leave no record (AU002).
CREATE OR REPLACE FUNCTION public.audit_refuse_truncate() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'TRUNCATE of % would leave no record: refused', TG_TABLE_NAME USING ERRCODE = 'AU002';
END
$$;

-- Drops the oldest month that retention no longer keeps, once audit_retain_count has counted all of it. Returns the month as YYYY-MM, or null if
-- there is none.
--
-- The record `audit.retained` says how many months were kept at that time, so that a verifier recognises a month that was dropped too early. It
-- repeats the earlier months, because retention later drops their own records.
CREATE OR REPLACE FUNCTION public.audit_retain() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
SET lock_timeout = '200ms'
AS $$
DECLARE
  over text;
  records bigint;
  last jsonb;
  earlier jsonb;
BEGIN
  PERFORM public.audit_take_lock('retention', '200 milliseconds');
  over := public.audit_month_over();
  -- Counts the last part again, in case records were added since.
  IF over IS NULL OR public.audit_retain_count() THEN
    RETURN NULL;
  END IF;
  -- audit_retain_count waits longer for its lock.
  PERFORM set_config('lock_timeout', '200ms', true);
  DELETE FROM public.audit_retention_progress AS progress WHERE progress.month = over RETURNING progress.records INTO records;

  -- audit_log_action_idx, backwards
  SELECT changes INTO last FROM public.audit_log
  WHERE action = 'audit.retained' ORDER BY occurred_at DESC, id DESC LIMIT 1;
  IF last #>> '{month,to}' IS NOT NULL THEN
    earlier := coalesce(nullif(last #> '{earlier,to}', 'null'), '{}')
      || jsonb_build_object(last #>> '{month,to}', last #> '{records,from}');
  END IF;

  -- Writes the record first: no other session waits for its locks.
  PERFORM public.audit_write(
    'SYSTEM', NULL, 'retention', NULL, 'audit.retained', 'SUCCESS', NULL, NULL, 'audit-log', NULL,
    jsonb_build_object(
      'month', jsonb_build_object('from', NULL, 'to', replace(over, '_', '-')),
      'records', jsonb_build_object('from', records, 'to', 0),
      'months', jsonb_build_object('from', NULL, 'to', (SELECT months FROM public.audit_retention)),
      'earlier', jsonb_build_object('from', NULL, 'to', earlier)),
    NULL, NULL, NULL, 1);
  EXECUTE format('ALTER TABLE public.audit_log DETACH PARTITION public.%I', 'audit_log_' || over);
  EXECUTE format('DROP TABLE public.%I', 'audit_log_' || over);
  RETURN replace(over, '_', '-');
END
$$;

-- Counts the next 200,000 records of the oldest month that retention no longer keeps. Returns whether more are left. A month may have 10⁸ records:
-- to count them in one statement would take minutes. Counting in parts is correct because that month no longer changes.
--
-- AU004: a record is not sealed, or a sealed record is missing
CREATE OR REPLACE FUNCTION public.audit_retain_count() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
AS $$
DECLARE
  part CONSTANT integer := 200000;
  over text;
  first_id uuid;
  counted_to uuid;
  beyond uuid;
  records bigint;
  leaves bigint;
  unsealed bigint;
BEGIN
  -- one at a time, with audit_retain
  PERFORM public.audit_take_lock('retention', '10 seconds');
  over := public.audit_month_over();
  IF over IS NULL THEN
    RETURN false;
  END IF;
  first_id := public.audit_first_id(to_timestamp(over, 'YYYY_MM'));
  counted_to := coalesce(
    (SELECT reached FROM public.audit_retention_progress WHERE month = over), '00000000-0000-0000-0000-000000000000');

  EXECUTE format('
    WITH part AS MATERIALIZED (SELECT id FROM public.%I WHERE id > $1 ORDER BY id LIMIT $2)
    SELECT count(*), count(*) FILTER (WHERE leaf.record_id IS NULL), (SELECT id FROM part ORDER BY id DESC LIMIT 1)
    FROM part LEFT JOIN public.audit_leaves AS leaf ON leaf.record_id = part.id', 'audit_log_' || over)
  USING counted_to, part INTO records, unsealed, beyond;
  -- The last part extends to the end of the month, so that a missing sealed record is noticed there, too.
  SELECT count(*) INTO leaves FROM public.audit_leaves
  WHERE record_id > greatest(counted_to, first_id) AND record_id <= CASE WHEN records = part THEN beyond
    ELSE public.audit_first_id(to_timestamp(over, 'YYYY_MM') + interval '1 month') END;
  IF unsealed > 0 OR leaves <> records THEN
    RAISE EXCEPTION 'the records of % stay: after record %, % are there, % of them not sealed, and % were sealed',
      replace(over, '_', '-'), counted_to, records, unsealed, leaves USING ERRCODE = 'AU004';
  END IF;

  INSERT INTO public.audit_retention_progress AS progress (month, reached, records)
  VALUES (over, coalesce(beyond, counted_to), records)
  ON CONFLICT (month) DO UPDATE SET reached = excluded.reached, records = progress.records + excluded.records;
  RETURN records = part;
END
$$;

-- Appends one checkpoint, with the leaves and nodes that it adds; all or nothing. It continues only from the last checkpoint:
-- of two sealers, the second one, or one that lost its lease meanwhile, gets AU003, or a unique violation. This function cannot
-- check hashes and signature. Verification does.
--
--   p_hashes, p_nodes  32 bytes for each member of p_records, of p_levels
--   p_token            the token whose SHA-256 is in the last checkpoint
--   p_next_token, p_lease_token  the SHA-256 of the tokens that come after this checkpoint
--   p_events           [{action, changes}]: other changes of this checkpoint, recorded in the same transaction. A checkpoint that
--                      continues a log (`audit.continued`) may skip the numbers of lost checkpoints
CREATE OR REPLACE FUNCTION public.audit_seal(
  p_seq bigint, p_size bigint, p_sealed_at timestamptz, p_note text, p_frontier bytea, p_sealed_to pg_snapshot,
  p_sealing_to pg_snapshot, p_reached_xid xid8, p_reached_id uuid, p_records uuid[], p_hashes bytea, p_levels smallint[],
  p_indexes bigint[], p_nodes bytea, p_token bytea, p_next_token bytea, p_lease_token bytea, p_events jsonb
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  last_seq bigint;
  last_size bigint;
  expected bytea;
  event jsonb;
BEGIN
  SELECT seq, size, next_token INTO last_seq, last_size, expected FROM public.audit_checkpoints ORDER BY seq DESC LIMIT 1;
  IF (p_seq = coalesce(last_seq + 1, 0)
    OR (p_seq > last_seq AND p_events @> '[{"action": "audit.continued"}]')) IS NOT TRUE
  THEN
    RAISE EXCEPTION 'checkpoint % does not follow checkpoint %', p_seq, last_seq USING ERRCODE = 'AU003';
  END IF;
  IF expected IS NOT NULL AND sha256(p_token) IS DISTINCT FROM expected THEN
    RAISE EXCEPTION 'checkpoint % is not by who holds the signing key of checkpoint %', p_seq, last_seq USING ERRCODE = 'AU002';
  END IF;
  IF (p_size = coalesce(last_size, 0) + cardinality(p_records) AND octet_length(p_hashes) = 32 * cardinality(p_records)
    AND octet_length(p_nodes) = 32 * cardinality(p_levels) AND cardinality(p_levels) = cardinality(p_indexes)
    AND octet_length(p_next_token) = 32 AND octet_length(p_lease_token) = 32 AND jsonb_typeof(p_events) = 'array') IS NOT TRUE
  THEN
    RAISE EXCEPTION 'checkpoint % does not add up', p_seq USING ERRCODE = 'AU002';
  END IF;

  -- The lock comes first: the second of two sealers waits here for the end of the first, before it changes anything.
  INSERT INTO public.audit_checkpoints (
    seq, size, sealed_at, note, frontier, sealed_to, sealing_to, reached_xid, reached_id, next_token, lease_token)
  VALUES (
    p_seq, p_size, p_sealed_at, p_note, p_frontier, p_sealed_to, p_sealing_to, p_reached_xid, p_reached_id, p_next_token,
    p_lease_token);
  INSERT INTO public.audit_leaves (leaf_index, record_id, hash)
  SELECT coalesce(last_size, 0) + n - 1, record_id, substr(p_hashes, (n - 1)::integer * 32 + 1, 32)
  FROM unnest(p_records) WITH ORDINALITY AS sealed (record_id, n);
  INSERT INTO public.audit_tree_nodes (level, node_index, hash)
  SELECT p_levels[n], p_indexes[n], substr(p_nodes, (n - 1) * 32 + 1, 32)
  FROM generate_series(1, cardinality(p_levels)) AS n;

  FOR event IN SELECT * FROM jsonb_array_elements(p_events) LOOP
    IF (event ->> 'action' IN ('audit.key-changed', 'audit.continued') AND jsonb_typeof(event -> 'changes') = 'object') IS NOT TRUE
    THEN
      RAISE EXCEPTION 'no event of sealing: %', left(event::text, 200) USING ERRCODE = 'AU002';
    END IF;
    PERFORM public.audit_write(
      'SYSTEM', NULL, 'sealing', NULL, event ->> 'action', 'SUCCESS', NULL, NULL, 'audit-log', NULL, event -> 'changes',
      NULL, NULL, NULL, 1);
  END LOOP;
END
$$;

-- Makes `p_holder` the sealer, for half a minute or until its session ends. Returns true if `p_holder` is the sealer now. AU002: a wrong token.
CREATE OR REPLACE FUNCTION public.audit_sealer_lease(p_holder uuid, p_token bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '2s'
AS $$
DECLARE
  expected bytea;
BEGIN
  SELECT lease_token INTO expected FROM public.audit_checkpoints ORDER BY seq DESC LIMIT 1;
  IF expected IS NOT NULL AND sha256(p_token) IS DISTINCT FROM expected THEN
    RAISE EXCEPTION 'only who holds the signing key of the last checkpoint seals' USING ERRCODE = 'AU002';
  END IF;
  INSERT INTO public.audit_sealer AS sealer (holder, backend, until)
  VALUES (p_holder, pg_backend_pid(), clock_timestamp() + interval '30 seconds')
  ON CONFLICT (only_row) DO UPDATE SET holder = excluded.holder, backend = excluded.backend, until = excluded.until
  WHERE sealer.until < clock_timestamp() OR (sealer.holder = excluded.holder AND expected IS NOT NULL)
    OR NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = sealer.backend);
  -- Before there is a token, no process can extend a lease, so a process without the key cannot keep it.
  RETURN FOUND OR EXISTS (SELECT FROM public.audit_sealer AS sealer WHERE sealer.holder = p_holder);
END
$$;

-- Takes a lock until the transaction ends. It locks a row, because every login of the database could take an advisory lock.
--
-- AU005: another session holds the lock longer than `p_wait`; the message names it
CREATE OR REPLACE FUNCTION public.audit_take_lock(p_name text, p_wait interval) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  holders text;
BEGIN
  PERFORM set_config('lock_timeout', (extract(epoch FROM p_wait) * 1000)::integer::text, true);
  PERFORM FROM public.registry_locks WHERE name = p_name FOR UPDATE;
EXCEPTION WHEN lock_not_available THEN
  -- Lists all holders of row locks in this table. Postgres does not show the row.
  SELECT string_agg(format('session %s (login %s, application "%s")', session.pid, session.usename, session.application_name), ', ')
  INTO holders
  FROM pg_locks AS held JOIN pg_stat_activity AS session ON session.pid = held.pid
  WHERE held.relation = 'public.registry_locks'::regclass AND held.granted AND held.pid <> pg_backend_pid();
  RAISE EXCEPTION 'the lock "%" was not to be had within % s; held by %', p_name, extract(epoch FROM p_wait)::integer,
    coalesce(holders, 'a session that has just ended') USING ERRCODE = 'AU005';
END
$$;

-- A value as the log stores it: up to 4 KiB whole, else its digest and size.
CREATE OR REPLACE FUNCTION public.audit_value(value jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT CASE
    WHEN value IS NULL OR pg_catalog.octet_length(value::text) <= 4096 THEN value
    ELSE pg_catalog.jsonb_build_object(
      'sha256', pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(value::text, 'UTF8')), 'hex'),
      'bytes', pg_catalog.octet_length(value::text))
  END
$$;

-- The changes of a record, with its large values as digest and size (audit_value).
CREATE OR REPLACE FUNCTION public.audit_within_limit(changes jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_object_agg(key, pg_catalog.jsonb_build_object(
    'from', public.audit_value(value -> 'from'), 'to', public.audit_value(value -> 'to')))
  FROM pg_catalog.jsonb_each(changes)
$$;

-- The columns of a workspace that the log records.
CREATE OR REPLACE FUNCTION public.audit_workspace_fields(workspace public.workspaces) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object('slug', workspace.slug, 'name', workspace.name, 'maxRunning', workspace.max_running, 'triggers', pg_catalog.jsonb_build_object(
    'who', workspace.trigger_who, 'assignees', workspace.trigger_assignees, 'onOpen', workspace.trigger_on_open))
$$;

-- Trigger: records that a repository was added to a workspace, removed from it, or renamed. A repository that moves to another workspace is
-- removed and added, so that both workspaces see it.
CREATE OR REPLACE FUNCTION public.audit_workspace_repositories() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.workspace_repositories'::regclass THEN
    RAISE EXCEPTION 'audit_workspace_repositories serves public.workspace_repositories alone' USING ERRCODE = 'AU002';
  END IF;
  -- renamed, or its id became known
  IF TG_OP = 'UPDATE' THEN
    PERFORM public.audit_append('workspace.updated', NEW.workspace_id, 'workspace', NEW.workspace_id,
      jsonb_build_object('repositories', jsonb_build_object(
        'from', jsonb_build_object('repository', OLD.repository, 'forge', OLD.forge, 'id', OLD.forge_id),
        'to', jsonb_build_object('repository', NEW.repository, 'forge', NEW.forge, 'id', NEW.forge_id))));
    RETURN NULL;
  END IF;
  -- a repository that moves is removed from one workspace and added to the other, so that both see it
  IF TG_OP <> 'INSERT' THEN
    PERFORM public.audit_append('workspace.updated', OLD.workspace_id, 'workspace', OLD.workspace_id,
      jsonb_build_object('repositories', jsonb_build_object('from', OLD.repository, 'to', NULL)));
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM public.audit_append('workspace.updated', NEW.workspace_id, 'workspace', NEW.workspace_id,
      jsonb_build_object('repositories', jsonb_build_object('from', NULL, 'to', NEW.repository)));
  END IF;
  RETURN NULL;
END
$$;

-- Trigger: records each change of a workspace. A workspace is never deleted (AU002).
CREATE OR REPLACE FUNCTION public.audit_workspaces() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.workspaces'::regclass THEN
    RAISE EXCEPTION 'audit_workspaces serves public.workspaces alone' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'workspaces are never deleted' USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_append(
    CASE TG_OP WHEN 'INSERT' THEN 'workspace.created' ELSE 'workspace.updated' END, NEW.id, 'workspace', NEW.id,
    public.audit_changes(
      CASE TG_OP WHEN 'INSERT' THEN '{}' ELSE public.audit_workspace_fields(OLD) END, public.audit_workspace_fields(NEW)));
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
  -- Both salts, of 128 bits each, from one digest over 244 random bits: core Postgres has no other source of bytes.
  salts CONSTANT bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
  source_ip_salt CONSTANT bytea := CASE WHEN p_source_ip IS NOT NULL THEN substr(salts, 1, 16) END;
  user_agent_salt CONSTANT bytea := CASE WHEN agent IS NOT NULL THEN substr(salts, 17, 16) END;
BEGIN
  IF pg_column_size(p_changes) > 524288 THEN
    RAISE EXCEPTION 'the changes of a record have % bytes: % of % % refused', pg_column_size(p_changes), p_action, p_resource_type,
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

-- Decides whether a coordinator's key has the right. The statement that reads or writes the data calls it, so no earlier decision counts. Returns
-- no row for an unknown kid. `refusal` is null if the key has the right, else the first reason, as a problem code. Plain SQL, so that Postgres
-- inlines it.
CREATE OR REPLACE FUNCTION public.authorize_coordinator(p_kid text, p_permission text, p_source_ip inet)
RETURNS TABLE (coordinator_id uuid, coordinator_name text, key_id uuid, rate_limit_per_minute integer, max_running integer, refusal text)
LANGUAGE sql STABLE
AS $$
  SELECT c.id, c.name, k.id, c.rate_limit_per_minute, c.max_running,
    CASE
      WHEN k.revoked_at IS NOT NULL OR c.status = 'DELETED' THEN 'key-revoked'
      WHEN k.expires_at <= pg_catalog.statement_timestamp() THEN 'key-expired'
      WHEN c.status = 'SUSPENDED' THEN 'coordinator-suspended'
      WHEN c.allowed_networks <> '{}' AND NOT coalesce(p_source_ip <<= ANY (c.allowed_networks), false)
        THEN 'network-forbidden'
      -- null: the route needs no permission
      WHEN p_permission IS NOT NULL AND NOT coalesce(p_permission = ANY (c.permissions), false) THEN 'permission-missing'
    END
  FROM public.coordinator_keys AS k
  JOIN public.coordinators AS c ON c.id = k.coordinator_id
  WHERE k.kid = p_kid
$$;

-- The permissions of an operator with this role.
CREATE OR REPLACE FUNCTION public.operator_permissions(p_role public.operator_role) RETURNS text[]
LANGUAGE sql IMMUTABLE
AS $$
  SELECT CASE p_role
    WHEN 'ADMIN' THEN ARRAY['system:admin', 'audit:read', 'operator-jobs:read', 'operator-jobs:write']
    WHEN 'OPERATOR' THEN ARRAY['audit:read', 'operator-jobs:read', 'operator-jobs:write']
    WHEN 'AUDITOR' THEN ARRAY['audit:read', 'operator-jobs:read']
  END
$$;

-- As authorize_coordinator, for an operator's key.
CREATE OR REPLACE FUNCTION public.authorize_operator(p_kid text, p_permission text, p_source_ip inet)
RETURNS TABLE (operator_id uuid, operator_name text, key_id uuid, role public.operator_role, workspace_ids uuid[], refusal text)
LANGUAGE sql STABLE
AS $$
  SELECT o.id, o.name, o.key_id, o.role, o.workspace_ids,
    CASE
      WHEN o.deleted_at IS NOT NULL THEN 'key-revoked'
      WHEN o.key_expires_at <= pg_catalog.statement_timestamp() THEN 'key-expired'
      WHEN o.allowed_networks <> '{}' AND NOT coalesce(p_source_ip <<= ANY (o.allowed_networks), false)
        THEN 'network-forbidden'
      WHEN p_permission IS NOT NULL AND NOT coalesce(p_permission = ANY (public.operator_permissions(o.role)), false)
        THEN 'permission-missing'
    END
  FROM public.operators AS o
  WHERE o.kid = p_kid
$$;

-- As authorize_coordinator, for a delivery signed with a webhook's secret. `key_id` is the webhook's id, which the log records.
CREATE OR REPLACE FUNCTION public.authorize_webhook(p_webhook_id uuid, p_permission text, p_source_ip inet)
RETURNS TABLE (coordinator_id uuid, coordinator_name text, key_id uuid, rate_limit_per_minute integer, max_running integer, refusal text)
LANGUAGE sql STABLE
AS $$
  SELECT c.id, c.name, w.id, c.rate_limit_per_minute, c.max_running,
    CASE
      WHEN w.revoked_at IS NOT NULL OR c.status = 'DELETED' THEN 'key-revoked'
      WHEN w.expires_at <= pg_catalog.statement_timestamp() THEN 'key-expired'
      WHEN c.status = 'SUSPENDED' THEN 'coordinator-suspended'
      WHEN c.allowed_networks <> '{}' AND NOT coalesce(p_source_ip <<= ANY (c.allowed_networks), false)
        THEN 'network-forbidden'
      WHEN p_permission IS NOT NULL AND NOT coalesce(p_permission = ANY (c.permissions), false) THEN 'permission-missing'
    END
  FROM public.coordinator_webhooks AS w
  JOIN public.coordinators AS c ON c.id = w.coordinator_id
  WHERE w.id = p_webhook_id
$$;

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

-- The value of previous_attempt for a job that becomes PENDING again. reason: why the attempt ended without a report.
CREATE OR REPLACE FUNCTION public.previous_attempt(job public.jobs, reason text) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object(
    'attempt', job.attempt, 'error', CASE job.status WHEN 'RUNNING' THEN reason ELSE job.error END,
    'failedStep', job.failed_step, 'continuationPrompt', job.continuation_prompt, 'gateResults', job.gate_results)
$$;

-- Takes the lock with this name. Processes that start at the same time wait for each other through it.
CREATE OR REPLACE FUNCTION public.registry_lock(p_name text, p_wait interval) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- restored on return, so it does not limit later waits of the caller
SET lock_timeout = 0
AS $$
BEGIN
  IF (p_name IN ('environment-key', 'first-admin')) IS NOT TRUE THEN
    RAISE EXCEPTION 'no lock of the API: %', left(p_name, 50) USING ERRCODE = 'AU002';
  END IF;
  PERFORM public.audit_take_lock(p_name, p_wait);
  RETURN true;
END
$$;

-- When a job with this retry policy may be claimed again after its attempt ended; null without a policy: at once. attempt: the one that ended.
-- Exponential: the delay doubles with each attempt. The power is at most 2^19, as a job has at most 20 attempts.
CREATE OR REPLACE FUNCTION public.retry_at(policy jsonb, attempt integer, moment timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE
AS $$
  SELECT moment + pg_catalog.make_interval(secs => least(
    (policy ->> 'delaySeconds')::float8
      * CASE policy ->> 'backoff' WHEN 'exponential' THEN pg_catalog.power(2, attempt - 1) ELSE 1 END,
    (policy ->> 'maxDelaySeconds')::float8))
$$;

-- Whether a further RUNNING job would exceed maxRunning of the coordinator or of the workspace: 'coordinator', 'workspace', or null for neither. It
-- locks the row of each limit until the transaction ends, so that starts are counted one after the other. The count is a query of its own after the
-- lock: in a VOLATILE function it has a new snapshot, which has what the holders of the lock before have committed. The caller has locked the job:
-- the order is job, coordinator, workspace.
CREATE OR REPLACE FUNCTION public.running_limit_reached(p_coordinator_id uuid, p_workspace_id uuid) RETURNS text
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  most integer;
BEGIN
  SELECT max_running INTO most FROM public.coordinators
    WHERE id = p_coordinator_id AND max_running IS NOT NULL FOR NO KEY UPDATE;
  IF most IS NOT NULL THEN
    IF (SELECT count(*) FROM public.jobs WHERE coordinator_id = p_coordinator_id AND status = 'RUNNING') >= most THEN
      RETURN 'coordinator';
    END IF;
  END IF;

  SELECT max_running INTO most FROM public.workspaces WHERE id = p_workspace_id AND max_running IS NOT NULL FOR NO KEY UPDATE;
  IF most IS NOT NULL THEN
    IF (SELECT count(*) FROM public.jobs WHERE workspace_id = p_workspace_id AND status = 'RUNNING') >= most THEN
      RETURN 'workspace';
    END IF;
  END IF;
  RETURN NULL;
END
$$;

-- How many seconds lie between two moments; 0 if the clock stepped back between them.
-- The number of seconds between two moments; 0 if the clock stepped back between them.
CREATE OR REPLACE FUNCTION public.seconds_between(began timestamptz, ended timestamptz) RETURNS double precision
LANGUAGE sql IMMUTABLE
AS $$ SELECT greatest(extract(epoch FROM ended - began), 0)::double precision $$;

-- Sets the audit context of this statement: the caller, the request, and the reason if the caller gave one. Each write starts with it:
--
--   WITH ctx AS MATERIALIZED (SELECT public.set_audit_context(…) AS ready) UPDATE … FROM ctx WHERE …
--
-- The context has the statement's timestamp, so it does not count for the next statement of the transaction.
CREATE OR REPLACE FUNCTION public.set_audit_context(
  actor_type text, actor_id uuid, actor_name text, key_id uuid, request_id text, source_ip inet, user_agent text,
  reason text DEFAULT NULL
) RETURNS boolean
LANGUAGE sql VOLATILE
AS $$
  SELECT pg_catalog.set_config('audit.context', ROW(
    extract(epoch FROM pg_catalog.statement_timestamp()), actor_type, actor_id, actor_name, key_id, request_id, source_ip, user_agent,
    reason
  )::text, true) IS NOT NULL
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
  present_name text := coalesce(
    (SELECT repository FROM public.workspace_repositories
     WHERE workspace_id = NEW.workspace_id AND repository_key = NEW.repository_key),
    NEW.repository);
BEGIN
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
