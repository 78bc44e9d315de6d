-- Rolling upgrade: yes
-- Operators who sign in with an OpenID provider. Such an operator has no key. Servers of the previous release run on: they find an operator by its
-- kid, so they never authenticate one of these. They list it with `kid` null, count it if it is an ADMIN, and answer 500 to a rotation of its key.

ALTER TABLE public.operators
  ALTER COLUMN kid DROP NOT NULL,
  ALTER COLUMN secret_hash DROP NOT NULL,
  -- the claims `iss` and `sub`: together they name a person for good, as no e-mail address does (OpenID Connect Core, section 5.7)
  ADD COLUMN oidc_issuer text,
  ADD COLUMN oidc_subject text,
  -- Exactly one credential, which key_id names: a key or an identity. So a session needs nothing but the key_id that opened it.
  ADD CONSTRAINT operators_key_or_identity CHECK (
    (kid IS NULL) = (secret_hash IS NULL)
    AND (oidc_issuer IS NULL) = (oidc_subject IS NULL)
    AND (kid IS NULL) <> (oidc_issuer IS NULL));
-- Also among deleted operators: a deleted person is not let in as a new operator.
CREATE UNIQUE INDEX operators_oidc_key ON public.operators (oidc_issuer, oidc_subject);

DROP TRIGGER operators_audit_frozen ON public.operators;
CREATE TRIGGER operators_audit_frozen AFTER UPDATE OF id, oidc_issuer, oidc_subject, created_at ON public.operators
  FOR EACH ROW EXECUTE FUNCTION public.audit_refuse_frozen();
ALTER TABLE public.operators ENABLE ALWAYS TRIGGER operators_audit_frozen;

-- The columns of an operator that the log records. Never the key's secret or its hash.
CREATE OR REPLACE FUNCTION public.audit_operator_fields(operator public.operators) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object(
    'name', operator.name, 'role', operator.role, 'workspaceIds', operator.workspace_ids, 'keyId', operator.key_id,
    'keyExpiresAt', operator.key_expires_at, 'allowedNetworks', operator.allowed_networks, 'deletedAt', operator.deleted_at,
    'oidcIssuer', operator.oidc_issuer, 'oidcSubject', operator.oidc_subject)
$$;

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

REVOKE ALL ON FUNCTION public.authorize_identity FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.authorize_identity TO coordinator_registry_app;
