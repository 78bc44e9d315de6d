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
