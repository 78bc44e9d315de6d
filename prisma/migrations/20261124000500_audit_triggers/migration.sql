-- The log is written by the tables themselves. Every write must say in its own statement who acts and under which request:
--
--   WITH ctx AS MATERIALIZED (SELECT public.set_audit_context(…) AS ready) UPDATE … FROM ctx WHERE …
--
-- What happened is read off the old and the new row; nobody tells it.

-- The context carries its statement's timestamp, or it would leak to the next statement of the transaction.
CREATE FUNCTION public.set_audit_context(
  actor_type text, actor_id uuid, actor_name text, key_id uuid, request_id text, source_ip inet, user_agent text
) RETURNS boolean
LANGUAGE sql VOLATILE
AS $$
  SELECT pg_catalog.set_config('audit.context', pg_catalog.jsonb_build_object(
    'at', pg_catalog.statement_timestamp(),
    'actorType', actor_type, 'actorId', actor_id, 'actorName', actor_name, 'keyId', key_id,
    'requestId', request_id, 'sourceIp', pg_catalog.host(source_ip), 'userAgent', user_agent)::text, true) IS NOT NULL
$$;

-- Appends one record of a change, in the context of this statement; raises AU001 where there is none.
CREATE FUNCTION public.audit_append(
  p_action text, p_workspace_id uuid, p_resource_type text, p_resource_id uuid, p_rev integer, p_changes jsonb
) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  context jsonb := nullif(current_setting('audit.context', true), '')::jsonb;
BEGIN
  IF context IS NULL OR (context ->> 'at')::timestamptz IS DISTINCT FROM statement_timestamp() THEN
    RAISE EXCEPTION 'no audit context of this statement: % of % % refused', p_action, p_resource_type, p_resource_id
      USING ERRCODE = 'AU001';
  END IF;
  IF context ->> 'actorName' IS NULL
    OR NOT (CASE
      WHEN context ->> 'actorType' = 'SYSTEM' THEN context ->> 'actorId' IS NULL
      WHEN context ->> 'actorType' IN ('COORDINATOR', 'OPERATOR')
        THEN context ->> 'actorId' IS NOT NULL AND context ->> 'keyId' IS NOT NULL AND context ->> 'requestId' IS NOT NULL
      ELSE false
    END)
  THEN
    RAISE EXCEPTION 'the audit context does not say who acts: % of % % refused', p_action, p_resource_type, p_resource_id
      USING ERRCODE = 'AU001';
  END IF;

  INSERT INTO public.audit_log (
    actor_type, actor_id, actor_name, key_id, action, outcome, workspace_id, resource_type, resource_id, rev, changes,
    request_id, source_ip, user_agent)
  VALUES (
    (context ->> 'actorType')::public.audit_actor_type, (context ->> 'actorId')::uuid, context ->> 'actorName',
    (context ->> 'keyId')::uuid, p_action, 'SUCCESS', p_workspace_id, p_resource_type, p_resource_id, p_rev, p_changes,
    context ->> 'requestId', (context ->> 'sourceIp')::inet, context ->> 'userAgent');
END
$$;

-- A value as the log keeps it: whole up to 4 KiB, above that its digest and size.
CREATE FUNCTION public.audit_value(value jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT CASE
    WHEN value IS NULL OR pg_catalog.octet_length(value::text) <= 4096 THEN value
    ELSE pg_catalog.jsonb_build_object(
      'sha256', pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(value::text, 'UTF8')), 'hex'),
      'bytes', pg_catalog.octet_length(value::text))
  END
$$;

-- The fields that differ, as {field: {from, to}}; null stands for what was not there. Both sides are allow-lists.
CREATE FUNCTION public.audit_changes(old_fields jsonb, new_fields jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT coalesce(pg_catalog.jsonb_object_agg(n.key, pg_catalog.jsonb_build_object(
    'from', public.audit_value(nullif(old_fields -> n.key, 'null')), 'to', public.audit_value(nullif(n.value, 'null')))), '{}')
  FROM pg_catalog.jsonb_each(new_fields) AS n
  WHERE coalesce(old_fields -> n.key, 'null') <> n.value
$$;

-- Jobs ------------------------------------------------------------------------------------------------------------------

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
  IF NEW.id <> OLD.id OR NEW.workspace_id <> OLD.workspace_id THEN
    RAISE EXCEPTION 'a job keeps its id and its workspace' USING ERRCODE = 'AU002';
  END IF;
  IF NEW.rev <> OLD.rev + 1 THEN
    -- renewing a lease is no change of the job
    renewed := NEW;
    renewed.lease_expires_at := OLD.lease_expires_at;
    IF renewed IS DISTINCT FROM OLD THEN
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

-- The registry ----------------------------------------------------------------------------------------------------------

CREATE FUNCTION public.audit_workspaces() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.workspaces'::regclass THEN
    RAISE EXCEPTION 'audit_workspaces serves public.workspaces alone' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND NEW.id <> OLD.id) THEN
    RAISE EXCEPTION 'workspaces are never deleted and keep their id' USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_append(
    CASE TG_OP WHEN 'INSERT' THEN 'workspace.created' ELSE 'workspace.updated' END, NEW.id, 'workspace', NEW.id, NULL,
    public.audit_changes(
      CASE TG_OP WHEN 'INSERT' THEN '{}' ELSE jsonb_build_object('slug', OLD.slug, 'name', OLD.name) END,
      jsonb_build_object('slug', NEW.slug, 'name', NEW.name)));
  RETURN NULL;
END
$$;

CREATE FUNCTION public.audit_workspace_repositories() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.workspace_repositories'::regclass THEN
    RAISE EXCEPTION 'audit_workspace_repositories serves public.workspace_repositories alone' USING ERRCODE = 'AU002';
  END IF;
  -- a repository that moves is taken from one workspace and given to the other: both tenants see it
  IF TG_OP <> 'INSERT' THEN
    PERFORM public.audit_append('workspace.updated', OLD.workspace_id, 'workspace', OLD.workspace_id, NULL,
      jsonb_build_object('repositories', jsonb_build_object('from', OLD.repository, 'to', NULL)));
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM public.audit_append('workspace.updated', NEW.workspace_id, 'workspace', NEW.workspace_id, NULL,
      jsonb_build_object('repositories', jsonb_build_object('from', NULL, 'to', NEW.repository)));
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION public.audit_operator_fields(operator public.operators) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object(
    'name', operator.name, 'role', operator.role, 'workspaceIds', operator.workspace_ids, 'keyId', operator.key_id,
    'deletedAt', operator.deleted_at)
$$;

CREATE FUNCTION public.audit_operators() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.operators'::regclass THEN
    RAISE EXCEPTION 'audit_operators serves public.operators alone' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND (NEW.id <> OLD.id OR OLD.deleted_at IS NOT NULL)) THEN
    RAISE EXCEPTION 'operators keep their id and row, and a deleted one stays deleted' USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_append(
    CASE
      WHEN TG_OP = 'INSERT' THEN 'operator.created'
      WHEN NEW.deleted_at IS NOT NULL THEN 'operator.deleted'
      WHEN NEW.key_id <> OLD.key_id OR NEW.kid <> OLD.kid OR NEW.secret_hash <> OLD.secret_hash THEN 'operator.rotated'
      ELSE 'operator.updated'
    END,
    NULL, 'operator', NEW.id, NULL,
    public.audit_changes(
      CASE TG_OP WHEN 'INSERT' THEN '{}' ELSE public.audit_operator_fields(OLD) END, public.audit_operator_fields(NEW)));
  RETURN NULL;
END
$$;

CREATE FUNCTION public.audit_coordinator_fields(coordinator public.coordinators) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object(
    'name', coordinator.name, 'status', coordinator.status, 'permissions', coordinator.permissions,
    'rateLimitPerMinute', coordinator.rate_limit_per_minute, 'allowedNetworks', coordinator.allowed_networks)
$$;

CREATE FUNCTION public.audit_coordinators() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.coordinators'::regclass THEN
    RAISE EXCEPTION 'audit_coordinators serves public.coordinators alone' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND (NEW.id <> OLD.id OR OLD.status = 'DELETED')) THEN
    RAISE EXCEPTION 'coordinators keep their id and row, and a deleted one stays deleted' USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_append(
    CASE
      WHEN TG_OP = 'INSERT' THEN 'coordinator.registered'
      WHEN NEW.status = OLD.status THEN 'coordinator.updated'
      WHEN NEW.status = 'DELETED' THEN 'coordinator.deleted'
      WHEN NEW.status = 'SUSPENDED' THEN 'coordinator.suspended'
      ELSE 'coordinator.activated'
    END,
    NULL, 'coordinator', NEW.id, NULL,
    public.audit_changes(
      CASE TG_OP WHEN 'INSERT' THEN '{}' ELSE public.audit_coordinator_fields(OLD) END,
      public.audit_coordinator_fields(NEW)));
  RETURN NULL;
END
$$;

CREATE FUNCTION public.audit_coordinator_workspaces() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.coordinator_workspaces'::regclass THEN
    RAISE EXCEPTION 'audit_coordinator_workspaces serves public.coordinator_workspaces alone' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP <> 'INSERT' THEN
    PERFORM public.audit_append('coordinator.updated', OLD.workspace_id, 'coordinator', OLD.coordinator_id, NULL,
      jsonb_build_object('workspaceIds', jsonb_build_object('from', OLD.workspace_id, 'to', NULL)));
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM public.audit_append('coordinator.updated', NEW.workspace_id, 'coordinator', NEW.coordinator_id, NULL,
      jsonb_build_object('workspaceIds', jsonb_build_object('from', NULL, 'to', NEW.workspace_id)));
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION public.audit_coordinator_key_fields(key public.coordinator_keys) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object(
    'coordinatorId', key.coordinator_id, 'name', key.name, 'environment', key.environment,
    'predecessorId', key.predecessor_id, 'expiresAt', key.expires_at, 'rotatedAt', key.rotated_at,
    'revokedAt', key.revoked_at)
$$;

CREATE FUNCTION public.audit_coordinator_keys() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
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
    NEW.id <> OLD.id OR NEW.coordinator_id <> OLD.coordinator_id OR NEW.kid <> OLD.kid OR NEW.secret_hash <> OLD.secret_hash
    OR OLD.revoked_at IS NOT NULL OR NEW.expires_at > OLD.expires_at OR (NEW.expires_at IS NULL AND OLD.expires_at IS NOT NULL))
  THEN
    RAISE EXCEPTION 'a coordinator key keeps its secret, never lives longer than was said, and stays revoked'
      USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_append(
    CASE
      WHEN TG_OP = 'INSERT' THEN 'coordinator-key.issued'
      WHEN NEW.revoked_at IS NOT NULL THEN 'coordinator-key.revoked'
      ELSE 'coordinator-key.rotated'
    END,
    NULL, 'coordinator-key', NEW.id, NULL,
    public.audit_changes(
      CASE TG_OP WHEN 'INSERT' THEN '{}' ELSE public.audit_coordinator_key_fields(OLD) END,
      public.audit_coordinator_key_fields(NEW)));
  RETURN NULL;
END
$$;

CREATE FUNCTION public.audit_refuse_truncate() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'TRUNCATE of % would leave no record: refused', TG_TABLE_NAME USING ERRCODE = 'AU002';
END
$$;

-- Ended attempts are history: written by the jobs' trigger, changed by nobody.
CREATE TRIGGER job_attempts_append_only BEFORE UPDATE OR DELETE ON public.job_attempts
  FOR EACH ROW EXECUTE FUNCTION public.audit_log_refuse_change();
ALTER TABLE public.job_attempts ENABLE ALWAYS TRIGGER job_attempts_append_only;

DO $$
DECLARE
  audited text;
BEGIN
  FOREACH audited IN ARRAY ARRAY['jobs', 'workspaces', 'workspace_repositories', 'operators', 'coordinators',
    'coordinator_workspaces', 'coordinator_keys'] LOOP
    EXECUTE format('CREATE TRIGGER %1$s_audit AFTER INSERT OR UPDATE OR DELETE ON public.%1$I
      FOR EACH ROW EXECUTE FUNCTION public.audit_%1$s()', audited);
    -- ALWAYS: also for a session that has set session_replication_role to skip ordinary triggers
    EXECUTE format('ALTER TABLE public.%1$I ENABLE ALWAYS TRIGGER %1$s_audit', audited);
  END LOOP;
  FOREACH audited IN ARRAY ARRAY['jobs', 'job_attempts', 'workspaces', 'workspace_repositories', 'operators', 'coordinators',
    'coordinator_workspaces', 'coordinator_keys'] LOOP
    EXECUTE format('CREATE TRIGGER %1$s_no_truncate BEFORE TRUNCATE ON public.%1$I
      FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_truncate()', audited);
    EXECUTE format('ALTER TABLE public.%1$I ENABLE ALWAYS TRIGGER %1$s_no_truncate', audited);
  END LOOP;
END
$$;

-- A refusal, recorded after the fact. It can say no other outcome than DENIED, and no action but these three.
CREATE FUNCTION public.audit_record_refusal(
  p_actor_type text, p_actor_id uuid, p_actor_name text, p_key_id uuid, p_action text, p_reason text, p_workspace_id uuid,
  p_resource_type text, p_resource_id uuid, p_request_id text, p_source_ip inet, p_user_agent text, p_occurrences integer
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF p_action NOT IN ('auth.denied', 'access.denied', 'rate.limited') OR p_action IS NULL OR p_reason IS NULL THEN
    RAISE EXCEPTION 'not a refusal: %', p_action USING ERRCODE = 'AU002';
  END IF;
  INSERT INTO public.audit_log (
    actor_type, actor_id, actor_name, key_id, action, outcome, reason, workspace_id, resource_type, resource_id, request_id,
    source_ip, user_agent, occurrences)
  VALUES (
    p_actor_type::public.audit_actor_type, p_actor_id, p_actor_name, p_key_id, p_action, 'DENIED', left(p_reason, 200),
    p_workspace_id, p_resource_type, p_resource_id, p_request_id, p_source_ip, left(p_user_agent, 512),
    greatest(p_occurrences, 1));
END
$$;

-- All of it belongs to the audit role, and nobody else may call or attach it but through the triggers above: a login that
-- could would attach one to a table of its own and forge records.
DO $$
DECLARE
  routine regprocedure;
BEGIN
  FOR routine IN
    SELECT p.oid::regprocedure FROM pg_proc AS p
    WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'audit\_%'
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', routine);
    IF NOT EXISTS (SELECT FROM pg_proc WHERE oid = routine AND pg_get_userbyid(proowner) = 'coordinator_registry_audit') THEN
      EXECUTE format('ALTER FUNCTION %s OWNER TO coordinator_registry_audit', routine);
    END IF;
  END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION public.audit_record_refusal(
  text, uuid, text, uuid, text, text, uuid, text, uuid, text, inet, text, integer) TO coordinator_registry_app;
REVOKE ALL ON FUNCTION public.set_audit_context(text, uuid, text, uuid, text, inet, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.set_audit_context(text, uuid, text, uuid, text, inet, text) TO coordinator_registry_app;
