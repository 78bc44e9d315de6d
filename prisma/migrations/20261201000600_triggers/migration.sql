-- Every change of an audited table is recorded by its trigger. ALWAYS: also for a session that has set session_replication_role to skip ordinary
-- triggers. Triggers of one table run in the order of their names.
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

-- A further trigger of a job is recorded by a function of its own, every other change by audit_jobs.
CREATE TRIGGER jobs_audit AFTER INSERT OR DELETE ON public.jobs FOR EACH ROW EXECUTE FUNCTION public.audit_jobs();
CREATE TRIGGER jobs_audit_change AFTER UPDATE ON public.jobs FOR EACH ROW
  WHEN (NEW.trigger_count = OLD.trigger_count AND NEW.triggers = OLD.triggers)
  EXECUTE FUNCTION public.audit_jobs();
CREATE TRIGGER jobs_audit_trigger AFTER UPDATE ON public.jobs FOR EACH ROW
  WHEN (NEW.trigger_count <> OLD.trigger_count OR NEW.triggers <> OLD.triggers)
  EXECUTE FUNCTION public.audit_job_triggers();
CREATE TRIGGER jobs_audit_triggers_seen AFTER UPDATE ON public.jobs FOR EACH ROW
  WHEN (NEW.triggers_seen <> OLD.triggers_seen
    AND NOT (OLD.status = 'PENDING' AND NEW.status = 'RUNNING' AND NEW.triggers_seen = NEW.trigger_count))
  EXECUTE FUNCTION public.audit_refuse_triggers_seen();
-- After jobs_audit_change: the end of a job is recorded before the job that follows it.
CREATE TRIGGER jobs_further_job AFTER UPDATE ON public.jobs FOR EACH ROW
  WHEN (OLD.status IN ('PENDING', 'RUNNING') AND NEW.status IN ('COMPLETED', 'FAILED', 'CANCELLED')
    AND OLD.attempt > 0 AND NEW.trigger_count > NEW.triggers_seen)
  EXECUTE FUNCTION public.start_further_job();
ALTER TABLE public.jobs ENABLE ALWAYS TRIGGER jobs_audit;
ALTER TABLE public.jobs ENABLE ALWAYS TRIGGER jobs_audit_change;
ALTER TABLE public.jobs ENABLE ALWAYS TRIGGER jobs_audit_trigger;
ALTER TABLE public.jobs ENABLE ALWAYS TRIGGER jobs_audit_triggers_seen;
ALTER TABLE public.jobs ENABLE ALWAYS TRIGGER jobs_further_job;

-- Jobs made before the number of their repository was known are found by it from now on.
CREATE TRIGGER workspace_repositories_identified AFTER UPDATE ON public.workspace_repositories FOR EACH ROW
  WHEN (NEW.forge_id IS NOT NULL)
  EXECUTE FUNCTION public.identify_jobs();
ALTER TABLE public.workspace_repositories ENABLE ALWAYS TRIGGER workspace_repositories_identified;

-- Tables that only grow.
DO $$
DECLARE
  kept text;
BEGIN
  FOREACH kept IN ARRAY ARRAY['audit_log', 'audit_leaves', 'audit_tree_nodes', 'audit_checkpoints', 'job_attempts'] LOOP
    EXECUTE format('CREATE TRIGGER %1$s_append_only BEFORE UPDATE OR DELETE ON public.%1$I
      FOR EACH ROW EXECUTE FUNCTION public.audit_log_refuse_change()', kept);
    EXECUTE format('ALTER TABLE public.%1$I ENABLE ALWAYS TRIGGER %1$s_append_only', kept);
  END LOOP;
END
$$;
CREATE TRIGGER audit_personal_values_unchanged BEFORE UPDATE OR DELETE ON public.audit_personal_values
  FOR EACH ROW EXECUTE FUNCTION public.audit_personal_values_refuse_change();
ALTER TABLE public.audit_personal_values ENABLE ALWAYS TRIGGER audit_personal_values_unchanged;

-- TRUNCATE fires no row trigger.
DO $$
DECLARE
  kept text;
BEGIN
  FOREACH kept IN ARRAY ARRAY['jobs', 'job_attempts', 'workspaces', 'workspace_repositories', 'operators', 'coordinators',
    'coordinator_workspaces', 'coordinator_keys', 'coordinator_webhooks', 'audit_log', 'audit_personal_values', 'audit_leaves',
    'audit_tree_nodes', 'audit_checkpoints'] LOOP
    EXECUTE format('CREATE TRIGGER %1$s_no_truncate BEFORE TRUNCATE ON public.%1$I
      FOR EACH STATEMENT EXECUTE FUNCTION public.%2$I()', kept,
      CASE WHEN kept LIKE 'audit\_%' THEN 'audit_log_refuse_change' ELSE 'audit_refuse_truncate' END);
    EXECUTE format('ALTER TABLE public.%1$I ENABLE ALWAYS TRIGGER %1$s_no_truncate', kept);
  END LOOP;
END
$$;
