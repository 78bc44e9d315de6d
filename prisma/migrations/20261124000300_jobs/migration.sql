CREATE TYPE public.job_status AS ENUM ('PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED');
CREATE TYPE public.job_origin AS ENUM ('API', 'STITCHER');

CREATE TABLE public.jobs (
  id                  uuid              NOT NULL DEFAULT public.uuid_v7(),
  workspace_id        uuid              NOT NULL,
  type                text              NOT NULL,
  status              public.job_status NOT NULL DEFAULT 'PENDING',
  origin              public.job_origin NOT NULL,
  repository          text,
  issue_number        integer,
  priority            smallint          NOT NULL DEFAULT 50,
  metadata            jsonb             NOT NULL DEFAULT '{}',
  -- rises by one with every change; a missing audit record shows as a gap
  rev                 integer           NOT NULL DEFAULT 1,
  -- the fencing token: 0 until the first run starts
  attempt             integer           NOT NULL DEFAULT 0,
  max_attempts        smallint          NOT NULL DEFAULT 3,
  -- PENDING because of a retry, so that a repeat of that very retry can be told
  retried             boolean           NOT NULL DEFAULT false,
  created_by          uuid              NOT NULL,
  -- of the present attempt:
  coordinator_id      uuid,
  agent_id            text,
  agent_type          text,
  lease_seconds       integer,
  lease_expires_at    timestamptz(3),
  progress_percent    double precision  NOT NULL DEFAULT 0,
  current_step        text,
  tokens_used         bigint            NOT NULL DEFAULT 0,
  duration_seconds    double precision,
  result              jsonb,
  error               text,
  failed_step         text,
  gate_results        jsonb,
  continuation_prompt text,
  -- SHA-256 of the body that ended the attempt, so that a repeat of it can be told
  outcome_digest      bytea,
  started_at          timestamptz(3),
  ended_at            timestamptz(3),
  created_at          timestamptz(3)    NOT NULL DEFAULT now(),
  updated_at          timestamptz(3)    NOT NULL DEFAULT now(),
  CONSTRAINT jobs_pkey PRIMARY KEY (id),
  CONSTRAINT jobs_workspace_id_fkey
    FOREIGN KEY (workspace_id) REFERENCES public.workspaces (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
  CONSTRAINT jobs_created_by_fkey
    FOREIGN KEY (created_by) REFERENCES public.coordinators (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
  CONSTRAINT jobs_priority_range CHECK (priority BETWEEN 0 AND 100),
  CONSTRAINT jobs_progress_range CHECK (progress_percent BETWEEN 0 AND 100),
  CONSTRAINT jobs_attempt_range CHECK (attempt BETWEEN 0 AND max_attempts)
) WITH (fillfactor = 80); -- room for updates in place: progress changes no indexed column

-- Ids are UUIDv7, so newest first is simply the id, downwards.
CREATE INDEX jobs_workspace_id_idx ON public.jobs (workspace_id, id);
-- Work to hand out, best first in each workspace.
CREATE INDEX jobs_claimable_idx ON public.jobs (workspace_id, priority DESC, id) WHERE status = 'PENDING';
-- Leases that may run out. Their end is not indexed: each progress puts it off, and would no longer update in place.
CREATE INDEX jobs_leased_idx ON public.jobs (id) WHERE status = 'RUNNING' AND lease_seconds IS NOT NULL;
-- The stitcher makes one active job for an issue; redeliveries and races end here.
CREATE UNIQUE INDEX jobs_stitcher_active_key ON public.jobs (workspace_id, repository, issue_number, type)
  WHERE origin = 'STITCHER' AND status IN ('PENDING', 'RUNNING');

-- One row for each attempt that has ended, written once, by the database.
CREATE TABLE public.job_attempts (
  job_id              uuid              NOT NULL,
  attempt             integer           NOT NULL,
  status              public.job_status NOT NULL,
  coordinator_id      uuid,
  agent_id            text,
  agent_type          text,
  progress_percent    double precision  NOT NULL,
  current_step        text,
  tokens_used         bigint            NOT NULL,
  duration_seconds    double precision,
  result              jsonb,
  error               text,
  failed_step         text,
  gate_results        jsonb,
  continuation_prompt text,
  started_at          timestamptz(3)    NOT NULL,
  ended_at            timestamptz(3)    NOT NULL,
  CONSTRAINT job_attempts_pkey PRIMARY KEY (job_id, attempt),
  CONSTRAINT job_attempts_job_id_fkey
    FOREIGN KEY (job_id) REFERENCES public.jobs (id) ON DELETE RESTRICT ON UPDATE RESTRICT
);

-- Idempotency-Key (24 hours): the same key and body from the same coordinator on the same route gets the first job.
CREATE TABLE public.idempotency_keys (
  coordinator_id uuid           NOT NULL,
  route          text           NOT NULL,
  key            text           NOT NULL,
  request_digest bytea          NOT NULL,
  job_id         uuid           NOT NULL,
  created_at     timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (coordinator_id, route, key),
  CONSTRAINT idempotency_keys_job_id_fkey
    FOREIGN KEY (job_id) REFERENCES public.jobs (id) ON DELETE RESTRICT ON UPDATE RESTRICT
);
CREATE INDEX idempotency_keys_created_at_idx ON public.idempotency_keys (created_at);

-- What a job was created as is not the API's to change.
GRANT SELECT, INSERT, UPDATE (
  status, rev, attempt, retried, coordinator_id, agent_id, agent_type, lease_seconds, lease_expires_at, progress_percent,
  current_step, tokens_used, duration_seconds, result, error, failed_step, gate_results, continuation_prompt, outcome_digest,
  started_at, ended_at, updated_at
) ON public.jobs TO coordinator_registry_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.idempotency_keys TO coordinator_registry_app;
GRANT SELECT ON public.job_attempts TO coordinator_registry_app;
GRANT INSERT ON public.job_attempts TO coordinator_registry_audit;
