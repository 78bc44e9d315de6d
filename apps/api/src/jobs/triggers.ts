import {
  anyObject,
  array,
  dateTime,
  enumeration,
  nullable,
  object,
  remarked,
  string,
} from '../common/json-schema.js';

/** The kinds of trigger. */
export const TRIGGER_ACTIONS = ['assigned', 'mentioned', 'commented'] as const;
export const TRIGGER_ACTION = enumeration('TriggerAction', TRIGGER_ACTIONS, {
  description: 'What happened at the forge',
});
export type TriggerAction = (typeof TRIGGER_ACTIONS)[number];

/** One trigger that the stitcher received for an issue. */
export interface Trigger {
  action: TriggerAction;
  comment: string | null;
  /** the account that caused it, as the forge names it; null: the bot's own body does not say */
  sender: string | null;
  /** metadata that the bot sent */
  metadata: { [member: string]: unknown } | null;
  /** names of the members that were cut at their limit or cleaned */
  truncated: string[];
}

/** A further trigger of a job, as responses have it. */
export interface KeptTrigger extends Trigger {
  /** ISO 8601 in UTC */
  at: string;
}

export const KEPT_TRIGGER = object<KeptTrigger>(
  'Trigger',
  {
    action: remarked(TRIGGER_ACTION, { description: 'what happened' }),
    comment: nullable(
      string({
        description: 'the text that mentions the bot',
        examples: ['@mosaic please look at the tests too'],
      }),
    ),
    sender: nullable(string({ description: 'the account that caused it', examples: ['ada'] })),
    metadata: nullable(anyObject({ description: 'the metadata that the bot sent with it' })),
    truncated: array(string({ examples: ['comment'] }), { description: 'members that were cut or cleaned' }),
    at: dateTime({ description: 'when it arrived' }),
  },
  { description: 'A mention or an assignment that came while the job was active' },
);

/** GitHub's maximum for a comment, in code points. */
export const MAX_COMMENT_LENGTH = 65_536;
