-- The registry: workspaces, operators, coordinators, their keys and webhooks.

-- UUID version 7 (RFC 9562, section 5.7; built in from PostgreSQL 18 only): 48 bits of Unix milliseconds, the version, then 12
-- bits of the fraction of that millisecond (section 6.2, method 3), so that ids of one millisecond sort in the order in which they
-- were made; variant and the other 62 bits come from a random UUID. 512/125 is 4096/1000: microseconds to 1/4096 milliseconds.
CREATE OR REPLACE FUNCTION public.uuid_v7(moment timestamptz DEFAULT clock_timestamp()) RETURNS uuid
LANGUAGE sql VOLATILE PARALLEL SAFE
AS $$
  SELECT (pg_catalog.overlay(
      pg_catalog.lpad(pg_catalog.to_hex((extract(epoch FROM moment) * 1000000)::bigint * 512 / 125), 15, '0'),
      '7', 13, 0)
    || pg_catalog.substr(pg_catalog.gen_random_uuid()::text, 20))::uuid
$$;

CREATE TYPE public.coordinator_status AS ENUM ('ACTIVE', 'SUSPENDED', 'DELETED');
CREATE TYPE public.operator_role AS ENUM ('ADMIN', 'OPERATOR', 'AUDITOR');

CREATE TABLE public.workspaces (
  id         uuid           NOT NULL DEFAULT public.uuid_v7(),
  slug       text           NOT NULL,
  name       text           NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  -- which events of a forge start work
  trigger_who       text    NOT NULL DEFAULT 'auto',
  -- in lower case; null: any
  trigger_assignees text[],
  trigger_on_open   boolean NOT NULL DEFAULT false,
  -- RUNNING jobs at the same time; null: any number
  max_running       integer,
  CONSTRAINT workspaces_pkey PRIMARY KEY (id),
  CONSTRAINT workspaces_max_running_range CHECK (max_running >= 1),
  CONSTRAINT workspaces_trigger_who_known CHECK (trigger_who IN ('auto', 'collaborators', 'anyone'))
);
CREATE UNIQUE INDEX workspaces_slug_key ON public.workspaces (slug);

-- A repository belongs to one workspace. Forges ignore case in names, so names are stored in lower case.
CREATE TABLE public.workspace_repositories (
  repository   text NOT NULL,
  workspace_id uuid NOT NULL,
  -- the forge's host and its own id of the repository, once a delivery has shown them: another repository can get the name, but not the id
  forge        text,
  forge_id     bigint,
  -- the repository_key of jobs: forge and repository id, or the name while they are unknown. No name contains a #.
  repository_key text NOT NULL GENERATED ALWAYS AS (coalesce(forge || '#' || forge_id::text, repository)) STORED,
  CONSTRAINT workspace_repositories_pkey PRIMARY KEY (repository),
  CONSTRAINT workspace_repositories_workspace_id_fkey
    FOREIGN KEY (workspace_id) REFERENCES public.workspaces (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
  CONSTRAINT workspace_repositories_lower_case CHECK (repository = lower(repository)),
  CONSTRAINT workspace_repositories_forge_whole CHECK ((forge IS NULL) = (forge_id IS NULL))
);
CREATE UNIQUE INDEX workspace_repositories_forge_key ON public.workspace_repositories (forge, forge_id);
CREATE INDEX workspace_repositories_workspace_id_idx ON public.workspace_repositories (workspace_id);

CREATE TABLE public.operators (
  id            uuid                 NOT NULL DEFAULT public.uuid_v7(),
  name          text                 NOT NULL,
  role          public.operator_role NOT NULL,
  -- null: every workspace
  workspace_ids uuid[],
  -- one key at a time: rotation replaces key_id, kid, secret_hash and the times
  key_id        uuid                 NOT NULL,
  kid           text                 NOT NULL,
  secret_hash   text                 NOT NULL,
  key_created_at timestamptz(3)      NOT NULL DEFAULT now(),
  key_expires_at timestamptz(3),
  -- empty: any address
  allowed_networks inet[]            NOT NULL DEFAULT '{}',
  created_at    timestamptz(3)       NOT NULL DEFAULT now(),
  updated_at    timestamptz(3)       NOT NULL DEFAULT now(),
  deleted_at    timestamptz(3),
  CONSTRAINT operators_pkey PRIMARY KEY (id),
  CONSTRAINT operators_admin_is_unlimited CHECK (role <> 'ADMIN' OR workspace_ids IS NULL)
);
CREATE UNIQUE INDEX operators_kid_key ON public.operators (kid);
-- The name of a deleted operator is free again.
CREATE UNIQUE INDEX operators_name_key ON public.operators (name) WHERE deleted_at IS NULL;

-- A table of its own, so that recording a use neither locks the operator nor waits for it.
CREATE TABLE public.operator_uses (
  operator_id  uuid           NOT NULL,
  last_used_at timestamptz(3) NOT NULL,
  CONSTRAINT operator_uses_pkey PRIMARY KEY (operator_id),
  CONSTRAINT operator_uses_operator_id_fkey
    FOREIGN KEY (operator_id) REFERENCES public.operators (id) ON DELETE RESTRICT ON UPDATE RESTRICT
);

CREATE TABLE public.coordinators (
  id                    uuid                      NOT NULL DEFAULT public.uuid_v7(),
  name                  text                      NOT NULL,
  status                public.coordinator_status NOT NULL DEFAULT 'ACTIVE',
  permissions           text[]                    NOT NULL,
  rate_limit_per_minute integer                   NOT NULL,
  -- RUNNING jobs at the same time; null: any number
  max_running           integer,
  -- empty: any address
  allowed_networks      inet[]                    NOT NULL DEFAULT '{}',
  created_at            timestamptz(3)            NOT NULL DEFAULT now(),
  updated_at            timestamptz(3)            NOT NULL DEFAULT now(),
  CONSTRAINT coordinators_pkey PRIMARY KEY (id),
  CONSTRAINT coordinators_permissions_known
    CHECK (permissions <@ ARRAY['jobs:read', 'jobs:write', 'stitcher:dispatch', 'keys:rotate']),
  CONSTRAINT coordinators_max_running_range CHECK (max_running >= 1),
  CONSTRAINT coordinators_rate_limit_range CHECK (rate_limit_per_minute BETWEEN 1 AND 10000000)
);
-- The name of a deleted coordinator is free again.
CREATE UNIQUE INDEX coordinators_name_key ON public.coordinators (name) WHERE status <> 'DELETED';

CREATE TABLE public.coordinator_workspaces (
  coordinator_id uuid NOT NULL,
  workspace_id   uuid NOT NULL,
  CONSTRAINT coordinator_workspaces_pkey PRIMARY KEY (coordinator_id, workspace_id),
  CONSTRAINT coordinator_workspaces_coordinator_id_fkey
    FOREIGN KEY (coordinator_id) REFERENCES public.coordinators (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
  CONSTRAINT coordinator_workspaces_workspace_id_fkey
    FOREIGN KEY (workspace_id) REFERENCES public.workspaces (id) ON DELETE RESTRICT ON UPDATE RESTRICT
);
CREATE INDEX coordinator_workspaces_workspace_id_idx ON public.coordinator_workspaces (workspace_id);

CREATE TABLE public.coordinator_keys (
  id             uuid           NOT NULL DEFAULT public.uuid_v7(),
  coordinator_id uuid           NOT NULL,
  kid            text           NOT NULL,
  -- argon2id PHC string of the secret
  secret_hash    text           NOT NULL,
  name           text,
  -- true for the environment key; an administrator or its predecessor issued every other key
  environment    boolean        NOT NULL DEFAULT false,
  -- the key that this one replaced
  predecessor_id uuid,
  created_at     timestamptz(3) NOT NULL DEFAULT now(),
  expires_at     timestamptz(3),
  rotated_at     timestamptz(3),
  revoked_at     timestamptz(3),
  CONSTRAINT coordinator_keys_pkey PRIMARY KEY (id),
  CONSTRAINT coordinator_keys_coordinator_id_fkey
    FOREIGN KEY (coordinator_id) REFERENCES public.coordinators (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
  CONSTRAINT coordinator_keys_predecessor_id_fkey
    FOREIGN KEY (predecessor_id) REFERENCES public.coordinator_keys (id) ON DELETE RESTRICT ON UPDATE RESTRICT
);
CREATE UNIQUE INDEX coordinator_keys_kid_key ON public.coordinator_keys (kid);
CREATE INDEX coordinator_keys_coordinator_id_idx ON public.coordinator_keys (coordinator_id, id);
-- The successors of a key, and the filters of GET /admin/keys.
CREATE INDEX coordinator_keys_predecessor_id_idx ON public.coordinator_keys (predecessor_id) WHERE predecessor_id IS NOT NULL;
CREATE INDEX coordinator_keys_created_at_idx ON public.coordinator_keys (created_at, id);
CREATE INDEX coordinator_keys_expires_at_idx ON public.coordinator_keys (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX coordinator_keys_revoked_idx ON public.coordinator_keys (created_at, id) WHERE revoked_at IS NOT NULL;

-- A table of its own, so that recording a use neither locks the key nor waits for it.
CREATE TABLE public.coordinator_key_uses (
  key_id       uuid           NOT NULL,
  last_used_at timestamptz(3) NOT NULL,
  CONSTRAINT coordinator_key_uses_pkey PRIMARY KEY (key_id),
  CONSTRAINT coordinator_key_uses_key_id_fkey
    FOREIGN KEY (key_id) REFERENCES public.coordinator_keys (id) ON DELETE RESTRICT ON UPDATE RESTRICT
);

-- An endpoint for the deliveries of one forge, which signs them. The secret is derived from the id and WEBHOOK_SECRET_KEY and stored nowhere.
CREATE TABLE public.coordinator_webhooks (
  id             uuid           NOT NULL DEFAULT public.uuid_v7(),
  coordinator_id uuid           NOT NULL,
  name           text,
  -- the webhook that this one replaced
  predecessor_id uuid,
  created_at     timestamptz(3) NOT NULL DEFAULT now(),
  -- the end of a rotated webhook's overlap
  expires_at     timestamptz(3),
  rotated_at     timestamptz(3),
  revoked_at     timestamptz(3),
  CONSTRAINT coordinator_webhooks_pkey PRIMARY KEY (id),
  CONSTRAINT coordinator_webhooks_coordinator_id_fkey
    FOREIGN KEY (coordinator_id) REFERENCES public.coordinators (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
  CONSTRAINT coordinator_webhooks_predecessor_id_fkey
    FOREIGN KEY (predecessor_id) REFERENCES public.coordinator_webhooks (id) ON DELETE RESTRICT ON UPDATE RESTRICT
);
CREATE INDEX coordinator_webhooks_coordinator_id_idx ON public.coordinator_webhooks (coordinator_id, id);
