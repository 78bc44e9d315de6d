-- A claim of certain types: each gives its first jobs, however many of others wait before them.
CREATE INDEX jobs_claimable_type_idx ON public.jobs (workspace_id, type, priority DESC, id) WHERE status = 'PENDING';
