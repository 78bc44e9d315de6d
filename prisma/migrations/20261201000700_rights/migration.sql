-- Owners, and the grants of the API's login.

-- The API may change only columns that can change after INSERT.
GRANT SELECT, INSERT, UPDATE (slug, name, trigger_who, trigger_assignees, trigger_on_open, max_running, updated_at)
  ON public.workspaces TO coordinator_registry_app;
GRANT SELECT, INSERT, UPDATE (repository, forge, forge_id), DELETE ON public.workspace_repositories TO coordinator_registry_app;
GRANT SELECT, INSERT, UPDATE (name, role, workspace_ids, key_id, kid, secret_hash, key_created_at, key_expires_at, allowed_networks, updated_at, deleted_at)
  ON public.operators TO coordinator_registry_app;
GRANT SELECT, INSERT, UPDATE (name, status, permissions, rate_limit_per_minute, max_running, allowed_networks, updated_at)
  ON public.coordinators TO coordinator_registry_app;
GRANT SELECT, INSERT, DELETE ON public.coordinator_workspaces TO coordinator_registry_app;
GRANT SELECT, INSERT, UPDATE (expires_at, rotated_at, revoked_at)
  ON public.coordinator_keys, public.coordinator_webhooks TO coordinator_registry_app;
GRANT SELECT, INSERT, UPDATE (last_used_at) ON public.coordinator_key_uses, public.operator_uses TO coordinator_registry_app;
GRANT SELECT, INSERT, UPDATE (
  status, rev, attempt, retried, coordinator_id, agent_id, agent_type, lease_seconds, lease_expires_at, progress_percent,
  current_step, tokens_used, duration_seconds, result, error, failed_step, gate_results, continuation_prompt, outcome_digest,
  started_at, ended_at, updated_at, previous_attempt, triggers, trigger_count, triggers_seen,
  not_before, final
) ON public.jobs TO coordinator_registry_app;
GRANT SELECT ON public.job_attempts TO coordinator_registry_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.idempotency_keys TO coordinator_registry_app;
-- UPDATE is only for the row locks of the statement that deletes old deliveries.
GRANT SELECT, INSERT, UPDATE (created_at), DELETE ON public.webhook_deliveries TO coordinator_registry_app;
-- The API reads the log. Only the functions below write it.
GRANT SELECT ON public.audit_log, public.audit_leaves, public.audit_tree_nodes, public.audit_checkpoints,
  public.audit_retention TO coordinator_registry_app;

-- Grants for the functions of the audit role on tables that it does not own.
GRANT INSERT ON public.job_attempts TO coordinator_registry_audit;
GRANT SELECT (id) ON public.coordinators TO coordinator_registry_audit;
GRANT SELECT (id, role, deleted_at) ON public.operators TO coordinator_registry_audit;
GRANT SELECT ON public.audit_retention TO coordinator_registry_audit;

-- The audit role owns the log and all functions that write it. No other role may call them or attach them to a table: otherwise a login could
-- attach one to a table of its own and forge records.
DO $$
DECLARE
  kept text;
  routine regprocedure;
BEGIN
  FOREACH kept IN ARRAY ARRAY['audit_log', 'audit_leaves', 'audit_tree_nodes', 'audit_checkpoints', 'audit_sealer',
    'audit_retention_progress', 'registry_locks'] LOOP
    EXECUTE format('ALTER TABLE public.%I OWNER TO coordinator_registry_audit', kept);
  END LOOP;
  FOR routine IN SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname <> 'uuid_v7' LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', routine);
  END LOOP;
  FOR routine IN
    SELECT oid FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND (proname LIKE 'audit\_%' OR proname = 'registry_lock')
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO coordinator_registry_audit', routine);
  END LOOP;
END
$$;

-- Functions that the API may call. No two functions have the same name.
GRANT EXECUTE ON FUNCTION public.uuid_v7, public.set_audit_context, public.authorize_coordinator, public.authorize_operator,
  public.operator_permissions, public.authorize_webhook, public.seconds_between, public.previous_attempt, public.retry_at, public.end_runs,
  public.registry_lock, public.running_limit_reached,
  public.audit_record_refusal, public.audit_record_read, public.audit_record_export, public.audit_erase,
  public.audit_log_ensure_partitions, public.audit_retain, public.audit_retain_count, public.audit_sealer_lease, public.audit_seal
  TO coordinator_registry_app;
GRANT EXECUTE ON FUNCTION public.seconds_between, public.previous_attempt TO coordinator_registry_audit;

SELECT public.audit_log_ensure_partitions();
