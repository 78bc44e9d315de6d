export const FOUND_KINDS = [
  'job',
  'key',
  'coordinator',
  'workspace',
  'operator',
  'record',
  'request',
] as const;

/** Something that a text leads to. */
export interface Found {
  kind: (typeof FOUND_KINDS)[number];
  /** its id; of a key the kid, of a request its `X-Request-Id` */
  id: string;
  title: string;
  subtitle: string;
  /** a job that has ended, a key that is not accepted, or what is deleted */
  ended: boolean;
}

export interface FoundItems {
  items: Found[];
}

/** What a text may be. A missing member: it is not that. */
export interface Recognised {
  id?: string;
  /** the beginning of a kid, or all of it */
  kid?: string;
  /** in lower case */
  repository?: string;
  issueNumber?: number;
  requestId?: string;
  /** how a name may begin */
  name?: string;
}
