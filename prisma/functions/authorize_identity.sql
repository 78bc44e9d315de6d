-- As authorize_operator, for a person whom the provider of OIDC_ISSUER has just authenticated. `p_identity_id` is the `key_id` of the operator.
-- An operator with a key is not found.
CREATE OR REPLACE FUNCTION public.authorize_identity(p_identity_id uuid, p_permission text, p_source_ip inet)
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
  WHERE o.key_id = p_identity_id AND o.oidc_issuer IS NOT NULL
$$;
