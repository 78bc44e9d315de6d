-- As authorize_coordinator, for an operator's access key.
CREATE OR REPLACE FUNCTION public.authorize_operator(p_kid text, p_permission text)
RETURNS TABLE (operator_id uuid, operator_name text, key_id uuid, role public.operator_role, workspace_ids uuid[], refusal text)
LANGUAGE sql STABLE
AS $$
  SELECT o.id, o.name, o.key_id, o.role, o.workspace_ids,
    CASE
      WHEN o.deleted_at IS NOT NULL THEN 'key-revoked'
      WHEN NOT coalesce(CASE o.role
        WHEN 'ADMIN' THEN p_permission IN ('system:admin', 'audit:read', 'operator-jobs:read')
        WHEN 'OPERATOR' THEN p_permission IN ('audit:read', 'operator-jobs:read')
        ELSE false
      END, false) THEN 'permission-missing'
    END
  FROM public.operators AS o
  WHERE o.kid = p_kid
$$;
