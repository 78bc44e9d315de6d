CREATE FUNCTION public.audit_refuse_truncate() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'TRUNCATE of % would leave no record: refused', TG_TABLE_NAME USING ERRCODE = 'AU002';
END
$$;

-- Ended attempts are history: written by the jobs' trigger, changed by nobody.
CREATE TRIGGER job_attempts_append_only BEFORE UPDATE OR DELETE ON public.job_attempts
  FOR EACH ROW EXECUTE FUNCTION public.audit_log_refuse_change();
ALTER TABLE public.job_attempts ENABLE ALWAYS TRIGGER job_attempts_append_only;

-- ALWAYS: also for a session that has set session_replication_role to skip ordinary triggers.
DO $$
DECLARE
  audited text;
BEGIN
  FOREACH audited IN ARRAY ARRAY['jobs', 'workspaces', 'workspace_repositories', 'operators', 'coordinators',
    'coordinator_workspaces', 'coordinator_keys'] LOOP
    EXECUTE format('CREATE TRIGGER %1$s_audit AFTER INSERT OR UPDATE OR DELETE ON public.%1$I
      FOR EACH ROW EXECUTE FUNCTION public.audit_%1$s()', audited);
    EXECUTE format('ALTER TABLE public.%1$I ENABLE ALWAYS TRIGGER %1$s_audit', audited);
  END LOOP;
  FOREACH audited IN ARRAY ARRAY['jobs', 'job_attempts', 'workspaces', 'workspace_repositories', 'operators', 'coordinators',
    'coordinator_workspaces', 'coordinator_keys'] LOOP
    EXECUTE format('CREATE TRIGGER %1$s_no_truncate BEFORE TRUNCATE ON public.%1$I
      FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_truncate()', audited);
    EXECUTE format('ALTER TABLE public.%1$I ENABLE ALWAYS TRIGGER %1$s_no_truncate', audited);
  END LOOP;
END
$$;

-- All of it belongs to the audit role, and nobody else may call or attach it but through the triggers above: a login that
-- could would attach one to a table of its own and forge records.
DO $$
DECLARE
  routine regprocedure;
BEGIN
  FOR routine IN
    SELECT p.oid::regprocedure FROM pg_proc AS p
    WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'audit\_%'
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', routine);
    IF NOT EXISTS (SELECT FROM pg_proc WHERE oid = routine AND pg_get_userbyid(proowner) = 'coordinator_registry_audit') THEN
      EXECUTE format('ALTER FUNCTION %s OWNER TO coordinator_registry_audit', routine);
    END IF;
  END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION
  public.audit_record_refusal(text, uuid, text, uuid, text, text, uuid, text, uuid, text, inet, text, integer),
  public.audit_record_read(text, uuid, text, uuid, text, uuid, uuid, text, inet, text)
  TO coordinator_registry_app;
REVOKE ALL ON FUNCTION public.set_audit_context(text, uuid, text, uuid, text, inet, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.set_audit_context(text, uuid, text, uuid, text, inet, text) TO coordinator_registry_app;
