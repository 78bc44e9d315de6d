-- When a job with this retry policy may be claimed again after its attempt ended; null without a policy: at once. attempt: the one that ended.
-- Exponential: the delay doubles with each attempt. The power is at most 2^19, as a job has at most 20 attempts.
CREATE OR REPLACE FUNCTION public.retry_at(policy jsonb, attempt integer, moment timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE
AS $$
  SELECT moment + pg_catalog.make_interval(secs => least(
    (policy ->> 'delaySeconds')::float8
      * CASE policy ->> 'backoff' WHEN 'exponential' THEN pg_catalog.power(2, attempt - 1) ELSE 1 END,
    (policy ->> 'maxDelaySeconds')::float8))
$$;
