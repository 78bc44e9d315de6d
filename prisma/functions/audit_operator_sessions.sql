-- Trigger: records the beginning and the end of a session, and refuses any other change (AU002). A row is deleted some time after the end.
CREATE OR REPLACE FUNCTION public.audit_operator_sessions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET timezone = 'UTC'
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.operator_sessions'::regclass THEN
    RAISE EXCEPTION 'audit_operator_sessions serves public.operator_sessions alone' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'DELETE' THEN
    IF OLD.ended_at IS NULL THEN
      RAISE EXCEPTION 'a session ends before its row is deleted' USING ERRCODE = 'AU002';
    END IF;
    RETURN NULL;
  END IF;
  IF TG_OP = 'INSERT' AND (NEW.ended_at IS NOT NULL OR NEW.end_reason IS NOT NULL)
    OR TG_OP = 'UPDATE' AND (OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR NEW.end_reason IS NULL)
  THEN
    RAISE EXCEPTION 'a session ends once, for a reason, and stays ended' USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_append(
    CASE TG_OP WHEN 'INSERT' THEN 'session.opened' ELSE 'session.closed' END,
    NULL, 'session', NEW.id,
    public.audit_changes(
      CASE TG_OP WHEN 'INSERT' THEN '{}' ELSE public.audit_operator_session_fields(OLD) END,
      public.audit_operator_session_fields(NEW)),
    NEW.end_reason);
  RETURN NULL;
END
$$;
