CREATE TYPE public.coordinator_status AS ENUM ('ACTIVE', 'SUSPENDED', 'DELETED');
CREATE TYPE public.operator_role AS ENUM ('ADMIN', 'OPERATOR');

CREATE TABLE public.workspaces (
  id         uuid           NOT NULL DEFAULT public.uuid_v7(),
  slug       text           NOT NULL,
  name       text           NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT workspaces_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX workspaces_slug_key ON public.workspaces (slug);

-- A repository belongs to one workspace of all. Hosts compare names without regard to case, so they are kept in lower case.
CREATE TABLE public.workspace_repositories (
  repository   text NOT NULL,
  workspace_id uuid NOT NULL,
  CONSTRAINT workspace_repositories_pkey PRIMARY KEY (repository),
  CONSTRAINT workspace_repositories_workspace_id_fkey
    FOREIGN KEY (workspace_id) REFERENCES public.workspaces (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
  CONSTRAINT workspace_repositories_lower_case CHECK (repository = lower(repository))
);
CREATE INDEX workspace_repositories_workspace_id_idx ON public.workspace_repositories (workspace_id);

CREATE TABLE public.operators (
  id            uuid                 NOT NULL DEFAULT public.uuid_v7(),
  name          text                 NOT NULL,
  role          public.operator_role NOT NULL,
  -- null: every workspace
  workspace_ids uuid[],
  -- one key at a time: rotation replaces all three
  key_id        uuid                 NOT NULL,
  kid           text                 NOT NULL,
  secret_hash   text                 NOT NULL,
  created_at    timestamptz(3)       NOT NULL DEFAULT now(),
  updated_at    timestamptz(3)       NOT NULL DEFAULT now(),
  deleted_at    timestamptz(3),
  CONSTRAINT operators_pkey PRIMARY KEY (id),
  CONSTRAINT operators_admin_is_unlimited CHECK (role <> 'ADMIN' OR workspace_ids IS NULL)
);
CREATE UNIQUE INDEX operators_kid_key ON public.operators (kid);

CREATE TABLE public.coordinators (
  id                    uuid                      NOT NULL DEFAULT public.uuid_v7(),
  name                  text                      NOT NULL,
  status                public.coordinator_status NOT NULL DEFAULT 'ACTIVE',
  permissions           text[]                    NOT NULL,
  rate_limit_per_minute integer                   NOT NULL,
  -- empty: from anywhere
  allowed_networks      inet[]                    NOT NULL DEFAULT '{}',
  created_at            timestamptz(3)            NOT NULL DEFAULT now(),
  updated_at            timestamptz(3)            NOT NULL DEFAULT now(),
  CONSTRAINT coordinators_pkey PRIMARY KEY (id),
  CONSTRAINT coordinators_permissions_known
    CHECK (permissions <@ ARRAY['jobs:read', 'jobs:write', 'stitcher:dispatch']),
  CONSTRAINT coordinators_rate_limit_range CHECK (rate_limit_per_minute BETWEEN 1 AND 10000000)
);
-- A deleted coordinator gives its name back.
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
  -- the single key of COORDINATOR_API_KEY, as against one that an admin issued
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

-- Apart from the key itself, so that noting a use never touches, or waits for, the credential.
CREATE TABLE public.coordinator_key_uses (
  key_id       uuid           NOT NULL,
  last_used_at timestamptz(3) NOT NULL,
  CONSTRAINT coordinator_key_uses_pkey PRIMARY KEY (key_id),
  CONSTRAINT coordinator_key_uses_key_id_fkey
    FOREIGN KEY (key_id) REFERENCES public.coordinator_keys (id) ON DELETE RESTRICT ON UPDATE RESTRICT
);

-- Columns that never change after INSERT are not the API's to change.
GRANT SELECT, INSERT, UPDATE (slug, name, updated_at) ON public.workspaces TO coordinator_registry_app;
GRANT SELECT, INSERT, UPDATE (name, role, workspace_ids, key_id, kid, secret_hash, updated_at, deleted_at)
  ON public.operators TO coordinator_registry_app;
GRANT SELECT, INSERT, UPDATE (name, status, permissions, rate_limit_per_minute, allowed_networks, updated_at)
  ON public.coordinators TO coordinator_registry_app;
GRANT SELECT, INSERT, UPDATE (expires_at, rotated_at, revoked_at) ON public.coordinator_keys TO coordinator_registry_app;
GRANT SELECT, INSERT, UPDATE (last_used_at) ON public.coordinator_key_uses TO coordinator_registry_app;
GRANT SELECT, INSERT, DELETE ON public.workspace_repositories, public.coordinator_workspaces TO coordinator_registry_app;
