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
