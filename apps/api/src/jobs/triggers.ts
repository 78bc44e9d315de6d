/** The kinds of trigger. */
export const TRIGGER_ACTIONS = ['assigned', 'mentioned', 'commented'] as const;
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

/** GitHub's maximum for a comment, in code points. */
export const MAX_COMMENT_LENGTH = 65_536;
