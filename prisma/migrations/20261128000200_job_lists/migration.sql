-- Lists of jobs, newest first: for each workspace and filter the page is read off the end of a range of one index, however many jobs there
-- are. The filter comes first, so that no index but its own can serve the comparison of rows that the statement makes. Progress changes none of
-- these columns, so that it stays an update in place.
CREATE INDEX jobs_status_workspace_id_idx ON public.jobs (status, workspace_id, id);
CREATE INDEX jobs_type_workspace_id_idx ON public.jobs (type, workspace_id, id);
CREATE INDEX jobs_repository_workspace_id_idx ON public.jobs (repository, workspace_id, id) WHERE repository IS NOT NULL;
