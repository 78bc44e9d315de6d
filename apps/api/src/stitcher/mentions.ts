import MarkdownIt from 'markdown-it';
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5';

/** What a comment has at most on GitHub. A mention beyond it is not looked for. */
const MAX_CHARACTERS = 65_536;

/** Elements in whose text forges render no mention. */
const NO_MENTIONS = new Set([
  'a',
  'blockquote',
  'code',
  'kbd',
  'pre',
  'samp',
  'script',
  'style',
  'template',
  'textarea',
  'title',
  'tt',
]);

// Tables are read as text, in which a mention is found as well: a large one would take most of a second.
const markdown = new MarkdownIt({ html: true, linkify: true }).disable('table');
// Forges render an escaped @ as no mention, but in HTML it looks like any other. Left apart from the text around it, it is replaced.
markdown.core.ruler.disable('text_join');
markdown.renderer.rules.text_special = (tokens, at) =>
  markdown.utils.escapeHtml((tokens[at]?.content ?? '').replaceAll('@', '\u{FFFD}'));

/**
 * Whether the Markdown text mentions the account as GitHub and Gitea render it: not in code, quotes, links, HTML comments and e-mail
 * addresses, not escaped, and not as the beginning of another name, such as that of a package, a team or a host.
 *
 * @param account in lower case, without `@`
 */
export function mentions(text: string, account: string): boolean {
  const read = text.slice(0, MAX_CHARACTERS);
  // Most comments mention nobody, and need no parser.
  if (!read.toLowerCase().includes(`@${account}`)) return false;
  const name = account.replaceAll('.', '\\.');
  const mention = new RegExp(
    `(?<![\\p{L}\\p{N}_@/-])@${name}(?![\\p{L}\\p{N}_@/-]|\\.+[\\p{L}\\p{N}_])`,
    'iu',
  );
  const left: DefaultTreeAdapterTypes.Node[] = [parseFragment(markdown.render(read))];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if ('value' in node && mention.test(node.value)) return true;
    if ('childNodes' in node && !NO_MENTIONS.has(node.nodeName)) left.push(...node.childNodes);
  }
  return false;
}
