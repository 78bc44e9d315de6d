const LONGEST = 200;
const OWNER = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?$/;
const REPOSITORY = /^[A-Za-z0-9._-]+$/;

/**
 * Whether the text names a repository as Gitea and GitHub do: `owner/repo`, in letters, digits, `-`, `_` and `.`; the owner
 * begins with a letter or digit, and the repository is neither `.` nor `..` and has no ending that the hosts keep for
 * themselves. At most 200 characters.
 */
export function isRepositoryName(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > LONGEST) return false;
  const [owner = '', repository = '', ...rest] = value.split('/');
  if (rest.length > 0 || !OWNER.test(owner) || !REPOSITORY.test(repository)) return false;
  return repository !== '.' && repository !== '..' && !/\.(git|wiki)$/i.test(repository);
}
