-- Trigger: records that a coordinator got or lost a workspace.
CREATE OR REPLACE FUNCTION public.audit_coordinator_workspaces() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.coordinator_workspaces'::regclass THEN
    RAISE EXCEPTION 'audit_coordinator_workspaces serves public.coordinator_workspaces alone' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'DELETE' THEN
    PERFORM public.audit_append('coordinator.updated', OLD.workspace_id, 'coordinator', OLD.coordinator_id,
      jsonb_build_object('workspaceIds', jsonb_build_object('from', OLD.workspace_id, 'to', NULL)));
  ELSE
    PERFORM public.audit_append('coordinator.updated', NEW.workspace_id, 'coordinator', NEW.coordinator_id,
      jsonb_build_object('workspaceIds', jsonb_build_object('from', NULL, 'to', NEW.workspace_id)));
  END IF;
  RETURN NULL;
END
$$;
