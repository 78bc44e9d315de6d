-- Writes one record of this moment, and the personal values that it commits to. Every record is written here. The callers set the search path:
-- to set it again would cost each record time.
CREATE OR REPLACE FUNCTION public.audit_write(
  p_actor_type public.audit_actor_type, p_actor_id uuid, p_actor_name text, p_key_id uuid, p_action text,
  p_outcome public.audit_outcome, p_reason text, p_workspace_id uuid, p_resource_type text, p_resource_id uuid, p_rev integer,
  p_changes jsonb, p_request_id text, p_source_ip inet, p_user_agent text, p_occurrences integer
) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  moment timestamptz := clock_timestamp();
  record_id uuid := public.uuid_v7(moment);
  agent text := left(p_user_agent, 512);
  salts bytea;
  source_ip_salt bytea;
  user_agent_salt bytea;
BEGIN
  IF pg_column_size(p_changes) > 524288 THEN
    RAISE EXCEPTION 'the changes of a record have % bytes: % of % % refused', pg_column_size(p_changes), p_action, p_resource_type,
      p_resource_id USING ERRCODE = 'AU002';
  END IF;
  IF p_source_ip IS NOT NULL OR agent IS NOT NULL THEN
    -- Both salts, of 128 bits each, out of one digest over 244 random bits: there is no other source of bytes in core Postgres.
    salts := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    IF p_source_ip IS NOT NULL THEN
      source_ip_salt := substr(salts, 1, 16);
    END IF;
    IF agent IS NOT NULL THEN
      user_agent_salt := substr(salts, 17, 16);
    END IF;
    INSERT INTO public.audit_personal_values (record_id, source_ip, source_ip_salt, user_agent, user_agent_salt)
    VALUES (record_id, p_source_ip, source_ip_salt, agent, user_agent_salt);
  END IF;

  INSERT INTO public.audit_log (
    id, occurred_at, actor_type, actor_id, actor_name, key_id, action, outcome, reason, workspace_id, resource_type,
    resource_id, rev, changes, request_id, source_ip_commitment, user_agent_commitment, occurrences)
  VALUES (
    record_id, date_trunc('milliseconds', moment), p_actor_type, p_actor_id, left(p_actor_name, 200), p_key_id, p_action,
    p_outcome, left(p_reason, 200), p_workspace_id, left(p_resource_type, 50), p_resource_id, p_rev, p_changes,
    left(p_request_id, 128), sha256(source_ip_salt || convert_to(host(p_source_ip), 'UTF8')),
    sha256(user_agent_salt || convert_to(agent, 'UTF8')), p_occurrences);
END
$$;
