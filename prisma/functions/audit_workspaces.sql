-- Trigger: records each change of a workspace. A workspace is never deleted (AU002).
CREATE OR REPLACE FUNCTION public.audit_workspaces() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.workspaces'::regclass THEN
    RAISE EXCEPTION 'audit_workspaces serves public.workspaces alone' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'workspaces are never deleted' USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_append(
    CASE TG_OP WHEN 'INSERT' THEN 'workspace.created' ELSE 'workspace.updated' END, NEW.id, 'workspace', NEW.id,
    public.audit_changes(
      CASE TG_OP WHEN 'INSERT' THEN '{}' ELSE public.audit_workspace_fields(OLD) END, public.audit_workspace_fields(NEW)));
  RETURN NULL;
END
$$;
