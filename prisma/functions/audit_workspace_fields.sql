-- The columns of a workspace that the log records.
CREATE OR REPLACE FUNCTION public.audit_workspace_fields(workspace public.workspaces) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object('slug', workspace.slug, 'name', workspace.name, 'maxRunning', workspace.max_running, 'triggers', pg_catalog.jsonb_build_object(
    'who', workspace.trigger_who, 'assignees', workspace.trigger_assignees, 'onOpen', workspace.trigger_on_open))
$$;
