-- Called under a fixed extra_float_digits (see audit_jobs): the text of a float, which is what jsonb keeps, depends on it.
CREATE OR REPLACE FUNCTION public.audit_job_fields(job public.jobs) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object(
    'type', job.type, 'status', job.status, 'origin', job.origin, 'repository', job.repository,
    'issueNumber', job.issue_number, 'priority', job.priority, 'metadata', job.metadata, 'attempt', job.attempt,
    'maxAttempts', job.max_attempts, 'coordinatorId', job.coordinator_id, 'agentId', job.agent_id,
    'agentType', job.agent_type, 'progressPercent', job.progress_percent, 'currentStep', job.current_step,
    'tokensUsed', job.tokens_used, 'durationSeconds', job.duration_seconds, 'result', job.result, 'error', job.error,
    'failedStep', job.failed_step, 'gateResults', job.gate_results, 'continuationPrompt', job.continuation_prompt)
$$;
