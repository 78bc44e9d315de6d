import { type AnySchema, enumeration, type JsonSchema, refer } from '../json-schema.js';
import { PROBLEM_CODES, PROBLEMS, type Problem, type ProblemCode } from '../problems/catalogue.js';

export const PROBLEM_CODE = enumeration('ProblemCode', PROBLEM_CODES, {
  description: 'The kind of a problem, for programs',
});

/** `InvalidRequest` for `invalid-request`. */
export function pascalCase(code: ProblemCode): string {
  return code.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function problemName(code: ProblemCode): string {
  return `${pascalCase(code)}Problem`;
}

const PROBLEM: AnySchema = {
  name: 'Problem',
  parts: [PROBLEM_CODE],
  json: {
    type: 'object',
    description: 'A problem document (RFC 9457)',
    required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
    properties: {
      type: { type: 'string', format: 'uri-reference', description: 'the page that explains the problem' },
      title: { type: 'string', description: 'what is wrong; the same text for every occurrence' },
      status: { type: 'integer', description: 'the HTTP status' },
      detail: { type: 'string', description: 'what is wrong with this request, and what to do' },
      code: { ...refer(PROBLEM_CODE), description: 'which problem it is, for programs' },
      requestId: {
        type: 'string',
        description: 'the id of the request, also in `X-Request-Id`, in the server log and in the audit log',
      },
    },
  },
};

/** The schema of the answer of RFC 9457 for one code. */
export function problemSchema(code: ProblemCode): AnySchema {
  const { status, title, explanation, members = {}, example = {} }: Problem = PROBLEMS[code];
  const fixed = { type: `/problems/${code}`, status, code };
  const text = { title, detail: `${title}.`, requestId: '7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a' };
  return {
    name: problemName(code),
    parts: [PROBLEM, ...Object.values(members)],
    json: {
      title,
      description: explanation,
      allOf: [
        refer(PROBLEM),
        {
          type: 'object',
          properties: {
            ...Object.fromEntries(Object.entries(fixed).map(([name, value]) => [name, { const: value }])),
            ...Object.fromEntries(Object.entries(members).map(([name, schema]) => [name, refer(schema)])),
          },
        },
      ],
      examples: [{ ...fixed, ...text, ...example }],
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
