import MarkdownIt from 'markdown-it';
import footnotes from 'markdown-it-footnote';
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5';

/** Maximum length of a GitHub comment. Later mentions are ignored. */
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

// Tables are parsed as plain text, where mentions are found too. A large table would take most of a second to parse.
const markdown = new MarkdownIt({ html: true, linkify: true })
  .disable('table')
  .use(footnotes)
  // Neither GitHub nor Gitea has footnotes inside a sentence, `^[text]`.
  .disable('footnote_inline');
// Forges do not render an escaped @ as a mention, but in HTML it looks like any other @. So it stays a separate token,
// which is replaced.
markdown.core.ruler.disable('text_join');
// The plugin moves footnotes to the end, in a time that grows with the square of their number. They may as well stay where
// they are. Forges do not show a footnote that nothing refers to.
markdown.core.ruler.at('footnote_tail', (state) => {
  const references = state.tokens.flatMap(
    ({ children }) => children?.filter((it) => it.type === 'footnote_ref') ?? [],
  );
  const labels = new Set(references.map(({ meta }) => meta?.label));
  let isShown = true;
  state.tokens = state.tokens.filter(({ type, meta }) => {
    if (type === 'footnote_reference_open') isShown = labels.has(meta?.label);
    else if (type === 'footnote_reference_close') isShown = true;
    else return isShown;
    return false;
  });
});
markdown.renderer.rules.text_special = (tokens, at) =>
  markdown.utils.escapeHtml((tokens[at]?.content ?? '').replaceAll('@', '\u{FFFD}'));

/**
 * Whether the Markdown text mentions the account, as GitHub and Gitea render it. A mention does not count in code,
 * quotes, links, HTML comments and e-mail addresses, if it is escaped, or if it is the beginning of another name, such
 * as that of a package, a team or a host.
 *
 * @param account in lower case, without `@`
 */
export function mentions(text: string, account: string): boolean {
  const read = text.slice(0, MAX_CHARACTERS);
  // Most comments contain no mention and need no parser.
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
