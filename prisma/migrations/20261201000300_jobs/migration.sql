-- Jobs, their ended attempts, and the tables by which a repeated request returns the job of the first.

CREATE TYPE public.job_status AS ENUM ('PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED');
CREATE TYPE public.job_origin AS ENUM ('API', 'STITCHER');

CREATE TABLE public.jobs (
  id                  uuid              NOT NULL DEFAULT public.uuid_v7(),
  workspace_id        uuid              NOT NULL,
  type                text              NOT NULL,
  status              public.job_status NOT NULL DEFAULT 'PENDING',
  origin              public.job_origin NOT NULL,
  repository          text,
  -- for the stitcher's jobs: repository_key of the repository, which a rename does not change
  repository_key      text,
  issue_number        integer,
  priority            smallint          NOT NULL DEFAULT 50,
  metadata            jsonb             NOT NULL DEFAULT '{}',
  -- rises by one with every change; a missing audit record shows as a gap
  rev                 integer           NOT NULL DEFAULT 1,
  -- the fencing token: 0 until the first attempt starts
  attempt             integer           NOT NULL DEFAULT 0,
  max_attempts        smallint          NOT NULL DEFAULT 3,
  -- until when the job is held back from claims; null once that time has come
  not_before          timestamptz(3),
  -- the delay before the next attempt: {delaySeconds, backoff, maxDelaySeconds}
  retry               jsonb,
  -- FAILED for good: not to be retried
  final               boolean           NOT NULL DEFAULT false,
  -- PENDING because of a retry: a repeat of that retry changes nothing
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
  -- SHA-256 of the body that ended the attempt: a repeat of that body changes nothing
  outcome_digest      bytea,
  started_at          timestamptz(3),
  ended_at            timestamptz(3),
  created_at          timestamptz(3)    NOT NULL DEFAULT now(),
  updated_at          timestamptz(3)    NOT NULL DEFAULT now(),
  -- {attempt, error, failedStep, continuationPrompt, gateResults} of the attempt that ended before the job became PENDING again
  previous_attempt    jsonb,
  -- the newest 20 further triggers of an active job, the oldest first: {action, comment, sender, metadata, at, truncated}
  triggers            jsonb             NOT NULL DEFAULT '[]',
  trigger_count       integer           NOT NULL DEFAULT 0,
  -- trigger_count when the present attempt began: that attempt does not know later triggers
  triggers_seen       integer           NOT NULL DEFAULT 0,
  CONSTRAINT jobs_pkey PRIMARY KEY (id),
  CONSTRAINT jobs_workspace_id_fkey
    FOREIGN KEY (workspace_id) REFERENCES public.workspaces (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
  CONSTRAINT jobs_created_by_fkey
    FOREIGN KEY (created_by) REFERENCES public.coordinators (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
  CONSTRAINT jobs_priority_range CHECK (priority BETWEEN 0 AND 100),
  CONSTRAINT jobs_progress_range CHECK (progress_percent BETWEEN 0 AND 100),
  CONSTRAINT jobs_attempt_range CHECK (attempt BETWEEN 0 AND max_attempts),
  CONSTRAINT jobs_not_before_of_pending CHECK (not_before IS NULL OR status = 'PENDING'),
  CONSTRAINT jobs_final_of_failed CHECK (NOT final OR status = 'FAILED'),
  CONSTRAINT jobs_repository_key_of_stitcher CHECK ((origin = 'STITCHER') = (repository_key IS NOT NULL))
) WITH (fillfactor = 80); -- room for updates in place: progress changes no indexed column

-- Ids are UUIDv7, so newest first is the descending order of ids.
CREATE INDEX jobs_workspace_id_idx ON public.jobs (workspace_id, id);
-- Claimable jobs of each workspace, in the order of claims. A job that is held back is not in it, so any number of them costs a claim nothing.
CREATE INDEX jobs_claimable_idx ON public.jobs (workspace_id, priority DESC, id) WHERE status = 'PENDING' AND not_before IS NULL;
-- Jobs that are held back, the next one first.
CREATE INDEX jobs_held_idx ON public.jobs (not_before) WHERE not_before IS NOT NULL;
-- Leases that may expire. Their end is not indexed: each progress changes it, and would no longer update in place.
CREATE INDEX jobs_leased_idx ON public.jobs (id) WHERE status = 'RUNNING' AND lease_seconds IS NOT NULL;
-- Lists of jobs, newest first. For each workspace and filter, a page is the end of a range of one index, however many jobs there are. The
-- filter comes first, so that no other index fits the row comparison of the statement. Progress changes none of these columns, so it stays an update in
-- place.
CREATE INDEX jobs_status_workspace_id_idx ON public.jobs (status, workspace_id, id);
CREATE INDEX jobs_type_workspace_id_idx ON public.jobs (type, workspace_id, id);
CREATE INDEX jobs_repository_workspace_id_idx ON public.jobs (repository, workspace_id, id) WHERE repository IS NOT NULL;
-- A claim of certain types: it reads the first jobs of each type, however many jobs of other types wait before them.
CREATE INDEX jobs_claimable_type_idx ON public.jobs (workspace_id, type, priority DESC, id)
  WHERE status = 'PENDING' AND not_before IS NULL;
-- The running attempts of one coordinator. Progress changes neither column.
CREATE INDEX jobs_running_idx ON public.jobs (coordinator_id, id) WHERE status = 'RUNNING';
-- The stitcher makes at most one active job for an issue, also with redeliveries and races.
CREATE UNIQUE INDEX jobs_stitcher_active_key ON public.jobs (workspace_id, repository_key, issue_number, type)
  WHERE origin = 'STITCHER' AND status IN ('PENDING', 'RUNNING');

-- One row for each ended attempt. A database trigger writes it once.
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
  -- outcome_digest of the fail that returned the job to PENDING: a repeat of it changes nothing, whatever became of the job
  requeue_digest      bytea,
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

-- Deliveries of the last 7 days: the answer to a repeat has the job of the first delivery.
CREATE TABLE public.webhook_deliveries (
  id             uuid           NOT NULL DEFAULT public.uuid_v7(),
  coordinator_id uuid           NOT NULL,
  -- X-GitHub-Delivery or X-Gitea-Delivery
  delivery_id    text,
  -- SHA-256 of the signed body: the signature does not cover the id
  body_digest    bytea,
  job_id         uuid           NOT NULL,
  created_at     timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id),
  CONSTRAINT webhook_deliveries_job_id_fkey
    FOREIGN KEY (job_id) REFERENCES public.jobs (id) ON DELETE RESTRICT ON UPDATE RESTRICT
);
CREATE UNIQUE INDEX webhook_deliveries_id_key ON public.webhook_deliveries (coordinator_id, delivery_id);
CREATE UNIQUE INDEX webhook_deliveries_digest_key ON public.webhook_deliveries (coordinator_id, body_digest);
CREATE INDEX webhook_deliveries_created_at_idx ON public.webhook_deliveries (created_at);
