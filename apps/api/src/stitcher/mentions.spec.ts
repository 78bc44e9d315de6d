import { describe, expect, it } from '@jest/globals';
import { mentions } from './mentions.js';

describe('mentions', () => {
  it.each([
    '@mosaic',
    'hi @Mosaic, go',
    '(@mosaic)',
    '"@mosaic"',
    '@mosaic.',
    '@mosaic...',
    '@mosaic: look',
    "@mosaic's",
    'well...@mosaic',
    'x\n@mosaic',
    '_@mosaic_',
    '**@mosaic**',
    '**a**@mosaic',
    '~~@mosaic~~',
    '# @mosaic',
    '- [ ] @mosaic',
    '| a |\n|---|\n| @mosaic |',
    '<b>@mosaic</b>',
    '<details>\n\n@mosaic\n\n</details>',
    '> quote\n\n@mosaic',
    'a\n\n    code\n\n@mosaic',
    '`code` @mosaic',
    'see[^1]\n\n[^1]: @mosaic',
    'see[^1]\n\n[^1]: please look, @mosaic',
    'see[^a]\n\n[^a]: first\n\n    @mosaic',
    '@mosaic[^1]\n\n[^1]: why',
    '^[@mosaic]',
    // without a footnote of that name it is text
    'see[^1] @mosaic',
    // the backslash is escaped, not the @
    '\\\\@mosaic',
  ])('finds the name in %j', (text) => {
    expect(mentions(text, 'mosaic')).toBe(true);
  });

  it.each([
    'mosaic',
    '@mosaics',
    '@mosaic_x',
    '@mosaïc',
    '@mosaicé',
    '@mosaic/package',
    '@mosaic-team',
    '@mosaic-',
    '@mosaic.dev',
    '@mosaic..dev',
    '@mosaic@example.com',
    'mail@mosaic',
    'é@mosaic',
    'me@mosaic.dev',
    '<me@mosaic.dev>',
    'x@@mosaic',
    'foo_@mosaic_',
    '`@mosaic`',
    '``a `@mosaic``',
    '```\n@mosaic\n```',
    '~~~\n@mosaic',
    '    @mosaic',
    '\t@mosaic',
    '<!-- @mosaic -->',
    'a <!-- @mosaic --> b',
    '<!--\n\n@mosaic\n\n-->',
    '@<!-- -->mosaic',
    '> @mosaic',
    '> a\n@mosaic',
    '- > @mosaic',
    '[@mosaic](https://example.com)',
    '[a @mosaic b][r]\n\n[r]: https://example.com',
    '[x]: https://example.com "@mosaic"',
    '![@mosaic](x.png)',
    'https://example.com/@mosaic',
    'www.example.com/@mosaic',
    '\\@mosaic',
    '&#64;mosaic',
    '&commat;mosaic',
    '<code>@mosaic</code>',
    '<pre>\n\n@mosaic\n\n</pre>',
    '<a href="x">@mosaic</a>',
    '<blockquote>@mosaic</blockquote>',
    '<x title="@mosaic">',
    // a footnote that nothing refers to is not shown
    '[^1]: @mosaic',
    'see[^1]\n\n[^1]: `@mosaic`',
    'see[^1]\n\n[^1]: > @mosaic',
    'see[^@mosaic]\n\n[^@mosaic]: why',
    '<script>@mosaic</script>',
    '<style>@mosaic</style>',
    `${'x'.repeat(65_536)} @mosaic`,
  ])('does not find the name in %j', (text) => {
    expect(mentions(text, 'mosaic')).toBe(false);
  });

  it('treats the name as plain text', () => {
    expect(mentions('@a.b please', 'a.b')).toBe(true);
    expect(mentions('@axb please', 'a.b')).toBe(false);
    expect(mentions('@mosaic please', 'a.b')).toBe(false);
  });

  it('parses the longest comment with any nesting without an error', () => {
    for (const part of [
      '[',
      '> ',
      '- ',
      '**a _b ',
      '<b>',
      '`',
      '[a](',
      '<!--',
      '|a',
      '<table>',
      '~~a ',
      '[^',
      '[^a] ',
      '[^a]: ',
      '\n[^a]: [^a]\n',
      '^[',
      'a@b.c ',
    ]) {
      const text = `@mosaic-x ${part.repeat(65_536 / part.length)}`;
      expect([part, mentions(text, 'mosaic')]).toEqual([part, false]);
    }
  });
});
