const MAX_LENGTH = 200;
const OWNER = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?$/;
const REPOSITORY = /^[A-Za-z0-9._-]+$/;

/**
 * Whether the text is a repository name as in Gitea and GitHub: `owner/repo`, at most 200 characters, with letters,
 * digits, `-`, `_` and `.`. The owner begins with a letter or digit. The repository is neither `.` nor `..`, and does
 * not have an ending that the forges reserve.
 */
export function isRepositoryName(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return false;
  const [owner = '', repository = '', ...rest] = value.split('/');
  if (rest.length > 0 || !OWNER.test(owner) || !REPOSITORY.test(repository)) return false;
  return repository !== '.' && repository !== '..' && !/\.(git|wiki)$/i.test(repository);
}
