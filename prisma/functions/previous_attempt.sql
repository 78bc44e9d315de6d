-- The value of previous_attempt for a job that becomes PENDING again. reason: why the attempt ended without a report.
CREATE OR REPLACE FUNCTION public.previous_attempt(job public.jobs, reason text) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object(
    'attempt', job.attempt, 'error', CASE job.status WHEN 'RUNNING' THEN reason ELSE job.error END,
    'failedStep', job.failed_step, 'continuationPrompt', job.continuation_prompt, 'gateResults', job.gate_results)
$$;
