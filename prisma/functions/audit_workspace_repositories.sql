-- Trigger: records that a repository was added to a workspace, removed from it, or renamed. A repository that moves to another workspace is
-- removed and added, so that both workspaces see it.
CREATE OR REPLACE FUNCTION public.audit_workspace_repositories() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.workspace_repositories'::regclass THEN
    RAISE EXCEPTION 'audit_workspace_repositories serves public.workspace_repositories alone' USING ERRCODE = 'AU002';
  END IF;
  -- renamed, or its id became known
  IF TG_OP = 'UPDATE' THEN
    PERFORM public.audit_append('workspace.updated', NEW.workspace_id, 'workspace', NEW.workspace_id,
      jsonb_build_object('repositories', jsonb_build_object(
        'from', jsonb_build_object('repository', OLD.repository, 'forge', OLD.forge, 'id', OLD.forge_id),
        'to', jsonb_build_object('repository', NEW.repository, 'forge', NEW.forge, 'id', NEW.forge_id))));
    RETURN NULL;
  END IF;
  -- a repository that moves is removed from one workspace and added to the other, so that both see it
  IF TG_OP <> 'INSERT' THEN
    PERFORM public.audit_append('workspace.updated', OLD.workspace_id, 'workspace', OLD.workspace_id,
      jsonb_build_object('repositories', jsonb_build_object('from', OLD.repository, 'to', NULL)));
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM public.audit_append('workspace.updated', NEW.workspace_id, 'workspace', NEW.workspace_id,
      jsonb_build_object('repositories', jsonb_build_object('from', NULL, 'to', NEW.repository)));
  END IF;
  RETURN NULL;
END
$$;
