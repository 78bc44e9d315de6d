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
