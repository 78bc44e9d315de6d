-- Trigger: records each change of an operator. An operator keeps its row, and stays deleted (AU002).
CREATE OR REPLACE FUNCTION public.audit_operators() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET timezone = 'UTC'
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.operators'::regclass THEN
    RAISE EXCEPTION 'audit_operators serves public.operators alone' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND OLD.deleted_at IS NOT NULL) THEN
    RAISE EXCEPTION 'operators keep their row, and a deleted one stays deleted' USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_append(
    CASE
      WHEN TG_OP = 'INSERT' THEN 'operator.created'
      WHEN NEW.deleted_at IS NOT NULL THEN 'operator.deleted'
      WHEN NEW.key_id <> OLD.key_id OR NEW.kid <> OLD.kid OR NEW.secret_hash <> OLD.secret_hash THEN 'operator.rotated'
      ELSE 'operator.updated'
    END,
    NULL, 'operator', NEW.id,
    public.audit_changes(
      CASE TG_OP WHEN 'INSERT' THEN '{}' ELSE public.audit_operator_fields(OLD) END, public.audit_operator_fields(NEW)));
  RETURN NULL;
END
$$;
