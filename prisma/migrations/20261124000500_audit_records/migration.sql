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

-- Writes one record, of now, and beside it the personal values that it only commits to. Everything that is written to the log
-- goes through here. Its callers set the search path; doing so again would cost each record a little.
CREATE FUNCTION public.audit_write(
  p_actor_type public.audit_actor_type, p_actor_id uuid, p_actor_name text, p_key_id uuid, p_action text,
  p_outcome public.audit_outcome, p_reason text, p_workspace_id uuid, p_resource_type text, p_resource_id uuid, p_rev integer,
  p_changes jsonb, p_request_id text, p_source_ip inet, p_user_agent text, p_occurrences integer
) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  moment timestamptz := clock_timestamp();
  record_id uuid := public.uuid_v7(moment);
  salts bytea;
  source_ip_salt bytea;
  user_agent_salt bytea;
BEGIN
  IF p_source_ip IS NOT NULL OR p_user_agent IS NOT NULL THEN
    -- Both salts, of 128 bits each, out of one digest over 244 random bits: there is no other source of bytes in core Postgres.
    salts := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    IF p_source_ip IS NOT NULL THEN
      source_ip_salt := substr(salts, 1, 16);
    END IF;
    IF p_user_agent IS NOT NULL THEN
      user_agent_salt := substr(salts, 17, 16);
    END IF;
    INSERT INTO public.audit_personal_values (record_id, source_ip, source_ip_salt, user_agent, user_agent_salt)
    VALUES (record_id, p_source_ip, source_ip_salt, p_user_agent, user_agent_salt);
  END IF;

  INSERT INTO public.audit_log (
    id, occurred_at, actor_type, actor_id, actor_name, key_id, action, outcome, reason, workspace_id, resource_type,
    resource_id, rev, changes, request_id, source_ip_commitment, user_agent_commitment, occurrences)
  VALUES (
    record_id, date_trunc('milliseconds', moment), p_actor_type, p_actor_id, p_actor_name, p_key_id, p_action,
    p_outcome, p_reason, p_workspace_id, p_resource_type, p_resource_id, p_rev, p_changes, p_request_id,
    sha256(source_ip_salt || convert_to(host(p_source_ip), 'UTF8')),
    sha256(user_agent_salt || convert_to(p_user_agent, 'UTF8')), p_occurrences);
END
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
  IF nullif(context ->> 'actorName', '') IS NULL
    OR NOT (CASE
      WHEN context ->> 'actorType' = 'SYSTEM' THEN context ->> 'actorId' IS NULL AND context ->> 'keyId' IS NULL
      WHEN context ->> 'actorType' IN ('COORDINATOR', 'OPERATOR')
        THEN context ->> 'actorId' IS NOT NULL AND context ->> 'keyId' IS NOT NULL AND context ->> 'requestId' IS NOT NULL
      ELSE false
    END)
  THEN
    RAISE EXCEPTION 'the audit context does not say who acts: % of % % refused', p_action, p_resource_type, p_resource_id
      USING ERRCODE = 'AU001';
  END IF;
  IF p_action = 'job.expired' AND context ->> 'actorType' <> 'SYSTEM' THEN
    RAISE EXCEPTION 'only the system takes back an attempt: job % refused', p_resource_id USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_write(
    (context ->> 'actorType')::public.audit_actor_type, (context ->> 'actorId')::uuid, context ->> 'actorName',
    (context ->> 'keyId')::uuid, p_action, 'SUCCESS', NULL, p_workspace_id, p_resource_type, p_resource_id, p_rev, p_changes,
    context ->> 'requestId', (context ->> 'sourceIp')::inet, context ->> 'userAgent', 1);
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

-- A refusal, recorded after the fact. It can say no other outcome than DENIED, no action but these three, and of somebody
-- unknown nothing but the address. What a client chose is cut to length.
CREATE FUNCTION public.audit_record_refusal(
  p_actor_type text, p_actor_id uuid, p_actor_name text, p_key_id uuid, p_action text, p_reason text, p_workspace_id uuid,
  p_resource_type text, p_resource_id uuid, p_request_id text, p_source_ip inet, p_user_agent text, p_occurrences integer
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
    RAISE EXCEPTION 'a refusal is of a coordinator or an operator with its key, or of somebody anonymous'
      USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_write(
    p_actor_type::public.audit_actor_type, p_actor_id, left(p_actor_name, 200), p_key_id, p_action, 'DENIED',
    left(p_reason, 100), p_workspace_id, left(p_resource_type, 50), p_resource_id, NULL, '{}', left(p_request_id, 128),
    p_source_ip, left(p_user_agent, 512), p_occurrences);
END
$$;

-- A read, where reads are recorded: a SELECT fires no trigger. It can say no action but these two.
CREATE FUNCTION public.audit_record_read(
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
    p_workspace_id, 'job', p_job_id, NULL, '{}', left(p_request_id, 128), p_source_ip, left(p_user_agent, 512), 1);
END
$$;
