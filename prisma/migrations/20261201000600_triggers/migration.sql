-- The trigger of an audited table records every change. ALWAYS: also in a session that has set session_replication_role to skip ordinary triggers.
-- Triggers of one table run in the order of their names.
DO $$
DECLARE
  audited text;
BEGIN
  FOREACH audited IN ARRAY ARRAY['workspaces', 'workspace_repositories', 'operators', 'coordinators', 'coordinator_workspaces',
    'coordinator_keys', 'coordinator_webhooks'] LOOP
    EXECUTE format('CREATE TRIGGER %1$s_audit AFTER INSERT OR UPDATE OR DELETE ON public.%1$I
      FOR EACH ROW EXECUTE FUNCTION public.audit_%1$s()', audited);
    EXECUTE format('ALTER TABLE public.%1$I ENABLE ALWAYS TRIGGER %1$s_audit', audited);
  END LOOP;
END
$$;

CREATE TRIGGER jobs_audit AFTER INSERT OR UPDATE OR DELETE ON public.jobs FOR EACH ROW EXECUTE FUNCTION public.audit_jobs();
-- A trigger UPDATE OF does not slow updates that do not name these columns.
CREATE TRIGGER jobs_audit_triggers AFTER UPDATE OF triggers, trigger_count ON public.jobs
  FOR EACH ROW EXECUTE FUNCTION public.audit_job_triggers();
-- Runs after jobs_audit: the end of a job is recorded before the further job.
CREATE TRIGGER jobs_further_job AFTER UPDATE OF status ON public.jobs FOR EACH ROW
  WHEN (OLD.status IN ('PENDING', 'RUNNING') AND NEW.status IN ('COMPLETED', 'FAILED', 'CANCELLED')
    AND OLD.attempt > 0 AND NEW.trigger_count > NEW.triggers_seen)
  EXECUTE FUNCTION public.start_further_job();
ALTER TABLE public.jobs ENABLE ALWAYS TRIGGER jobs_audit;
ALTER TABLE public.jobs ENABLE ALWAYS TRIGGER jobs_audit_triggers;
ALTER TABLE public.jobs ENABLE ALWAYS TRIGGER jobs_further_job;

-- Gives the repository id to jobs that were made before it was known.
CREATE TRIGGER workspace_repositories_identified AFTER UPDATE ON public.workspace_repositories FOR EACH ROW
  WHEN (NEW.forge_id IS NOT NULL)
  EXECUTE FUNCTION public.identify_jobs();
ALTER TABLE public.workspace_repositories ENABLE ALWAYS TRIGGER workspace_repositories_identified;

-- Columns that keep their first value. Every other column is recorded when it changes, or exempt: audited-columns.integration.ts lists both.
DO $$
DECLARE
  audited text;
  frozen text;
BEGIN
  FOR audited, frozen IN VALUES
    ('workspaces', 'id, created_at'),
    ('workspace_repositories', 'workspace_id'),
    ('operators', 'id, created_at'),
    ('coordinators', 'id, created_at'),
    ('coordinator_workspaces', 'coordinator_id, workspace_id'),
    ('coordinator_keys', 'id, coordinator_id, kid, secret_hash, name, environment, predecessor_id, created_at'),
    ('coordinator_webhooks', 'id, coordinator_id, name, predecessor_id, created_at'),
    ('jobs', 'id, workspace_id, type, origin, repository, issue_number, priority, metadata, max_attempts, retry, created_by, created_at')
  LOOP
    EXECUTE format('CREATE TRIGGER %1$s_audit_frozen AFTER UPDATE OF %2$s ON public.%1$I
      FOR EACH ROW EXECUTE FUNCTION public.audit_refuse_frozen()', audited, frozen);
    EXECUTE format('ALTER TABLE public.%1$I ENABLE ALWAYS TRIGGER %1$s_audit_frozen', audited);
  END LOOP;
END
$$;

-- Tables that only grow. Only personal values of the log can be erased.
DO $$
DECLARE
  kept text;
BEGIN
  FOREACH kept IN ARRAY ARRAY['audit_log', 'audit_leaves', 'audit_tree_nodes', 'audit_checkpoints', 'job_attempts'] LOOP
    EXECUTE format('CREATE TRIGGER %1$s_append_only BEFORE UPDATE OR DELETE ON public.%1$I
      FOR EACH ROW EXECUTE FUNCTION public.%2$I()', kept,
      CASE kept WHEN 'audit_log' THEN 'audit_log_guard' ELSE 'audit_log_refuse_change' END);
    EXECUTE format('ALTER TABLE public.%1$I ENABLE ALWAYS TRIGGER %1$s_append_only', kept);
  END LOOP;
END
$$;

-- TRUNCATE fires no row trigger.
DO $$
DECLARE
  kept text;
BEGIN
  FOREACH kept IN ARRAY ARRAY['jobs', 'job_attempts', 'workspaces', 'workspace_repositories', 'operators', 'coordinators',
    'coordinator_workspaces', 'coordinator_keys', 'coordinator_webhooks', 'audit_log', 'audit_leaves', 'audit_tree_nodes',
    'audit_checkpoints'] LOOP
    EXECUTE format('CREATE TRIGGER %1$s_no_truncate BEFORE TRUNCATE ON public.%1$I
      FOR EACH STATEMENT EXECUTE FUNCTION public.%2$I()', kept,
      CASE WHEN kept LIKE 'audit\_%' THEN 'audit_log_refuse_change' ELSE 'audit_refuse_truncate' END);
    EXECUTE format('ALTER TABLE public.%1$I ENABLE ALWAYS TRIGGER %1$s_no_truncate', kept);
  END LOOP;
END
$$;
