-- Trigger: records each change of a coordinator. A coordinator keeps its row, and stays deleted (AU002).
CREATE OR REPLACE FUNCTION public.audit_coordinators() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.coordinators'::regclass THEN
    RAISE EXCEPTION 'audit_coordinators serves public.coordinators alone' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND OLD.status = 'DELETED') THEN
    RAISE EXCEPTION 'coordinators keep their row, and a deleted one stays deleted' USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_append(
    CASE
      WHEN TG_OP = 'INSERT' THEN 'coordinator.registered'
      WHEN NEW.status = OLD.status THEN 'coordinator.updated'
      WHEN NEW.status = 'DELETED' THEN 'coordinator.deleted'
      WHEN NEW.status = 'SUSPENDED' THEN 'coordinator.suspended'
      ELSE 'coordinator.activated'
    END,
    NULL, 'coordinator', NEW.id,
    public.audit_changes(
      CASE TG_OP WHEN 'INSERT' THEN '{}' ELSE public.audit_coordinator_fields(OLD) END,
      public.audit_coordinator_fields(NEW)));
  RETURN NULL;
END
$$;
