-- Records a read of jobs, for deployments that record reads: a SELECT fires no trigger. Takes only the actions `job.read` and `jobs.listed`.
CREATE OR REPLACE FUNCTION public.audit_record_read(
  p_actor_type text, p_actor_id uuid, p_actor_name text, p_key_id uuid, p_action text, p_workspace_id uuid, p_job_id uuid,
  p_request_id text, p_source_ip inet, p_user_agent text
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT coalesce(CASE p_action
    WHEN 'job.read' THEN p_job_id IS NOT NULL AND p_workspace_id IS NOT NULL
    WHEN 'jobs.listed' THEN p_job_id IS NULL
  END, false) THEN
    RAISE EXCEPTION 'not a read: %', p_action USING ERRCODE = 'AU002';
  END IF;
  IF (p_actor_type IN ('COORDINATOR', 'OPERATOR') AND p_actor_id IS NOT NULL AND nullif(p_actor_name, '') IS NOT NULL
    AND p_key_id IS NOT NULL AND p_request_id IS NOT NULL) IS NOT TRUE
  THEN
    RAISE EXCEPTION 'a read is by a coordinator or an operator, with its key, in a request' USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_write(
    p_actor_type::public.audit_actor_type, p_actor_id, left(p_actor_name, 200), p_key_id, p_action, 'SUCCESS', NULL,
    p_workspace_id, 'job', p_job_id, '{}', left(p_request_id, 128), p_source_ip, left(p_user_agent, 512), 1);
END
$$;
