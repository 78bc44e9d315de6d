import { type AnySchema, type JsonSchema, refer } from '../json-schema.js';
import { PROBLEMS, type Problem, type ProblemCode } from '../problems/catalogue.js';

/** `InvalidRequest` for `invalid-request`. */
export function pascalCase(code: ProblemCode): string {
  return code.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function problemName(code: ProblemCode): string {
  return `${pascalCase(code)}Problem`;
}

/** The schema of the answer of RFC 9457 for one code. */
export function problemSchema(code: ProblemCode): AnySchema {
  const { status, title, explanation, members = {} }: Problem = PROBLEMS[code];
  return {
    name: problemName(code),
    parts: Object.values(members),
    json: {
      type: 'object',
      title,
      description: explanation,
      required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
      properties: {
        type: { const: `/problems/${code}`, type: 'string' },
        title: { type: 'string', examples: [title] },
        status: { const: status, type: 'integer' },
        detail: { type: 'string', examples: [`${title}.`] },
        code: { const: code, type: 'string' },
        requestId: { type: 'string', examples: ['7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a'] },
        ...Object.fromEntries(Object.entries(members).map(([name, schema]) => [name, refer(schema)])),
      },
    },
  };
}

/** The schema of any one of several problems with the same status. */
export function oneProblemOf(codes: readonly ProblemCode[]): JsonSchema {
  const references = codes.map((code) => refer(problemSchema(code)));
  const [first] = references;
  if (references.length === 1 && first !== undefined) return first;
  const mapping = Object.fromEntries(
    codes.map((code) => [code, `#/components/schemas/${problemName(code)}`]),
  );
  return { oneOf: references, discriminator: { propertyName: 'code', mapping } };
}
