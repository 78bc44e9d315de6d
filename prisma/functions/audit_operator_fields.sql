-- The columns of an operator that the log records. Never the key's secret or its hash.
CREATE OR REPLACE FUNCTION public.audit_operator_fields(operator public.operators) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object(
    'name', operator.name, 'role', operator.role, 'workspaceIds', operator.workspace_ids, 'keyId', operator.key_id,
    'keyExpiresAt', operator.key_expires_at, 'allowedNetworks', operator.allowed_networks, 'deletedAt', operator.deleted_at,
    'oidcIssuer', operator.oidc_issuer, 'oidcSubject', operator.oidc_subject)
$$;
