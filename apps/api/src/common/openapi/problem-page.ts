import { PROBLEMS, type Problem, type ProblemCode } from '../problems/catalogue.js';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (it) => ENTITIES[it] ?? it);
}

/** The page at `/problems/<code>`. */
export function renderProblemPage(code: ProblemCode): string {
  const { status, title, explanation }: Problem = PROBLEMS[code];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>body{font:1rem/1.6 system-ui,sans-serif;max-width:42rem;margin:4rem auto;padding:0 1rem}code{background:#8882;padding:.1em .3em}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p><code>${code}</code>, HTTP status ${status}</p>
<p>${escapeHtml(explanation)}</p>
</body>
</html>
`;
}

/** docs/errors.md, made from the same table. */
export function renderProblemReference(): string {
  const sections = Object.entries<Problem>(PROBLEMS).map(
    ([code, { status, title, explanation, members }]) => {
      const own = Object.keys(members ?? {}).map((it) => `\`${it}\``);
      const listed = own.length === 0 ? '' : `\nFurther members, if known: ${own.join(', ')}.\n`;
      return `## ${code}\n\n**${status}** ${title}.\n\n${explanation}\n${listed}`;
    },
  );
  return `# Errors

<!-- Made by scripts/docs.mjs from apps/api/src/common/problems/catalogue.ts. Edit that, not this. -->

Every error answers with \`application/problem+json\` (RFC 9457): \`type\`, \`title\`, \`status\`, \`detail\`, \`code\`, \`requestId\`, and
further members. Decide by \`code\`: titles and details are for people and may change. \`type\` is \`/problems/<code>\`, which
a running server answers with the text below.

${sections.join('\n')}`;
}
