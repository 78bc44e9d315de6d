-- What starts work in a workspace.
ALTER TABLE public.workspaces
  ADD COLUMN trigger_who text NOT NULL DEFAULT 'auto',
  -- in lower case; null: any
  ADD COLUMN trigger_assignees text[],
  ADD COLUMN trigger_on_open boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT workspaces_trigger_who_known CHECK (trigger_who IN ('auto', 'collaborators', 'anyone'));
GRANT UPDATE (trigger_who, trigger_assignees, trigger_on_open) ON public.workspaces TO coordinator_registry_app;

CREATE FUNCTION public.audit_workspace_fields(workspace public.workspaces) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object('slug', workspace.slug, 'name', workspace.name, 'triggers', pg_catalog.jsonb_build_object(
    'who', workspace.trigger_who, 'assignees', workspace.trigger_assignees, 'onOpen', workspace.trigger_on_open))
$$;
REVOKE ALL ON FUNCTION public.audit_workspace_fields(public.workspaces) FROM PUBLIC;
ALTER FUNCTION public.audit_workspace_fields(public.workspaces) OWNER TO coordinator_registry_audit;

CREATE OR REPLACE FUNCTION public.audit_workspaces() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.workspaces'::regclass THEN
    RAISE EXCEPTION 'audit_workspaces serves public.workspaces alone' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND NEW.id <> OLD.id) THEN
    RAISE EXCEPTION 'workspaces are never deleted and keep their id' USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_append(
    CASE TG_OP WHEN 'INSERT' THEN 'workspace.created' ELSE 'workspace.updated' END, NEW.id, 'workspace', NEW.id, NULL,
    public.audit_changes(
      CASE TG_OP WHEN 'INSERT' THEN '{}' ELSE public.audit_workspace_fields(OLD) END, public.audit_workspace_fields(NEW)));
  RETURN NULL;
END
$$;

-- The forge's own number of a repository, once a delivery has shown it: a name can be given to another repository, the number cannot.
ALTER TABLE public.workspace_repositories
  -- host of the forge, as in the repository's address
  ADD COLUMN forge text,
  ADD COLUMN forge_id bigint,
  ADD CONSTRAINT workspace_repositories_forge_whole CHECK ((forge IS NULL) = (forge_id IS NULL));
CREATE UNIQUE INDEX workspace_repositories_forge_key ON public.workspace_repositories (forge, forge_id);
GRANT UPDATE (repository, forge, forge_id) ON public.workspace_repositories TO coordinator_registry_app;

CREATE OR REPLACE FUNCTION public.audit_workspace_repositories() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.workspace_repositories'::regclass THEN
    RAISE EXCEPTION 'audit_workspace_repositories serves public.workspace_repositories alone' USING ERRCODE = 'AU002';
  END IF;
  -- renamed, or its number became known
  IF TG_OP = 'UPDATE' THEN
    IF NEW.workspace_id <> OLD.workspace_id THEN
      RAISE EXCEPTION 'a repository is taken from one workspace and given to another' USING ERRCODE = 'AU002';
    END IF;
    PERFORM public.audit_append('workspace.updated', NEW.workspace_id, 'workspace', NEW.workspace_id, NULL,
      jsonb_build_object('repositories', jsonb_build_object(
        'from', jsonb_build_object('repository', OLD.repository, 'forge', OLD.forge, 'id', OLD.forge_id),
        'to', jsonb_build_object('repository', NEW.repository, 'forge', NEW.forge, 'id', NEW.forge_id))));
    RETURN NULL;
  END IF;
  -- a repository that moves is taken from one workspace and given to the other: both tenants see it
  IF TG_OP <> 'INSERT' THEN
    PERFORM public.audit_append('workspace.updated', OLD.workspace_id, 'workspace', OLD.workspace_id, NULL,
      jsonb_build_object('repositories', jsonb_build_object('from', OLD.repository, 'to', NULL)));
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM public.audit_append('workspace.updated', NEW.workspace_id, 'workspace', NEW.workspace_id, NULL,
      jsonb_build_object('repositories', jsonb_build_object('from', NULL, 'to', NEW.repository)));
  END IF;
  RETURN NULL;
END
$$;
