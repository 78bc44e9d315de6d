-- Lists of jobs, newest first: for each workspace and filter the page is read off the end of a range of one index, however many jobs there
-- are. Progress changes none of these columns, so that it stays an update in place.
CREATE INDEX jobs_workspace_id_status_idx ON public.jobs (workspace_id, status, id);
CREATE INDEX jobs_workspace_id_type_idx ON public.jobs (workspace_id, type, id);
CREATE INDEX jobs_workspace_id_repository_idx ON public.jobs (workspace_id, repository, id) WHERE repository IS NOT NULL;
