import { type ArgumentMetadata, Injectable, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { ExactNumber } from '../exact-json.js';
import { assertText } from '../http/json-body.js';
import { InvalidRequestError } from '../problems/invalid-request.error.js';
import type { MemberError } from '../problems/members.js';
import { rememberRules } from './remembered-rules.js';
import { memberNames, reportMembers, transformer } from './to-instance.js';

rememberRules();

const MAX_ERRORS = 50;
const MAX_MEMBER_LENGTH = 200;

/** The maximum number of unknown members that the error names. */
const MAX_UNKNOWN = 10;

/**
 * Validates every body and query against its class. Unknown members are refused first, because the time of
 * class-transformer grows with the square of their number. Nothing is converted silently.
 */
@Injectable()
export class RequestValidationPipe extends ValidationPipe {
  /** by class of query */
  private readonly emptyQueries = new WeakMap<object, object>();

  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      transform: true,
      transformerPackage: transformer,
      transformOptions: { enableImplicitConversion: false, exposeDefaultValues: true },
      exceptionFactory: (errors) => invalid(errors.flatMap((it) => flatten(it, ''))),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { metatype, type } = metadata;
    if (type === 'query' && metatype !== undefined && isObject(value) && Object.keys(value).length === 0) {
      return await this.emptyQuery(metatype, metadata);
    }
    return await this.validated(value, metadata);
  }

  /** An empty query always gives the same result. Most reads have one, and validation would be a good part of their work. */
  private async emptyQuery(metatype: object, metadata: ArgumentMetadata): Promise<unknown> {
    const known = this.emptyQueries.get(metatype);
    if (known !== undefined) return known;
    const query = Object.freeze(await this.validated({}, metadata));
    if (isObject(query)) this.emptyQueries.set(metatype, query);
    return query;
  }

  private async validated(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { metatype, type } = metadata;
    if (type === 'body' && isObject(value)) {
      const reports = metatype === undefined ? undefined : reportMembers(metatype);
      for (const [member, text] of Object.entries(value)) {
        if (typeof text === 'string' && reports?.has(member) !== true) assertText(text);
      }
    }
    if ((type === 'body' || type === 'query') && metatype !== undefined && this.toValidate(metadata)) {
      if (value !== undefined && !isObject(value)) {
        throw new InvalidRequestError(`The ${type} must be a JSON object.`);
      }
      assertKnown(value ?? {}, memberNames(metatype));
    }
    return super.transform(value, metadata);
  }

  /** The body parser has already refused what could change a prototype. Nest would also drop harmless members. */
  protected override stripProtoKeys(): void {}
}

function assertKnown(value: object, known: ReadonlySet<string>): void {
  const unknown: MemberError[] = [];
  for (const member of Object.keys(value)) {
    if (!known.has(member)) unknown.push(unknownMember(member, known));
    if (unknown.length === MAX_UNKNOWN) break;
  }
  if (unknown.length > 0) throw invalid(unknown);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
  );
}

function unknownMember(given: string, known: ReadonlySet<string>): MemberError {
  const member = given.slice(0, MAX_MEMBER_LENGTH);
  const allowed = known.size === 0 ? 'no fields are allowed' : `allowed: ${[...known].join(', ')}`;
  return { member, message: `unknown field ${member}; ${allowed}` };
}

function flatten({ property, constraints, children }: ValidationError, path: string): MemberError[] {
  const member = (path === '' ? property : `${path}.${property}`).slice(0, MAX_MEMBER_LENGTH);
  // Report one rule at a time: a value that breaks the first often breaks the others too.
  const [broken] = Object.values(constraints ?? {});
  const own = broken === undefined ? [] : [{ member, message: broken.slice(0, 500) }];
  return [...own, ...(children ?? []).flatMap((it) => flatten(it, member))];
}

function invalid(errors: MemberError[]): InvalidRequestError {
  const detail =
    errors.length === 1 && errors[0] !== undefined
      ? `The request is not valid: ${errors[0].message}.`
      : `The request is not valid in ${errors.length} points.`;
  return new InvalidRequestError(detail, errors.slice(0, MAX_ERRORS));
}
