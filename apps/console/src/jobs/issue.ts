import type { Job } from '../generated/schema';

/** `acme/shop#42`; only `acme/shop` for a job without an issue; undefined without a repository. */
export function issueOf({
  repository,
  issueNumber,
}: Pick<Job, 'repository' | 'issueNumber'>): string | undefined {
  if (repository === null) return undefined;
  return issueNumber === null ? repository : `${repository}#${issueNumber}`;
}
