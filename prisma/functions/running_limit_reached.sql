-- Whether a further RUNNING job would exceed maxRunning of the coordinator or of the workspace: 'coordinator', 'workspace', or null for neither. It
-- locks the row of each limit until the transaction ends, so that starts are counted one after the other. The count is a query of its own after the
-- lock: in a VOLATILE function it has a new snapshot, which has what the holders of the lock before have committed. The caller has locked the job:
-- the order is job, coordinator, workspace.
CREATE OR REPLACE FUNCTION public.running_limit_reached(p_coordinator_id uuid, p_workspace_id uuid) RETURNS text
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  most integer;
BEGIN
  SELECT max_running INTO most FROM public.coordinators
    WHERE id = p_coordinator_id AND max_running IS NOT NULL FOR NO KEY UPDATE;
  IF most IS NOT NULL THEN
    IF (SELECT count(*) FROM public.jobs WHERE coordinator_id = p_coordinator_id AND status = 'RUNNING') >= most THEN
      RETURN 'coordinator';
    END IF;
  END IF;

  SELECT max_running INTO most FROM public.workspaces WHERE id = p_workspace_id AND max_running IS NOT NULL FOR NO KEY UPDATE;
  IF most IS NOT NULL THEN
    IF (SELECT count(*) FROM public.jobs WHERE workspace_id = p_workspace_id AND status = 'RUNNING') >= most THEN
      RETURN 'workspace';
    END IF;
  END IF;
  RETURN NULL;
END
$$;
