/** Why an issue wants a job. */
export const TRIGGER_ACTIONS = ['assigned', 'mentioned', 'commented'] as const;
export type TriggerAction = (typeof TRIGGER_ACTIONS)[number];

/** One thing that was said to the stitcher about an issue. */
export interface Trigger {
  action: TriggerAction;
  comment: string | null;
  /** the account that said it, as the forge names it; null: the bot's own body does not say */
  sender: string | null;
  /** what the bot sent with it */
  metadata: { [member: string]: unknown } | null;
  /** members that were cut at their limit or cleaned */
  truncated: string[];
}

/** A further trigger of a job, as its answers carry it. */
export interface KeptTrigger extends Trigger {
  /** ISO 8601 in UTC */
  at: string;
}

/** Of a comment: what GitHub takes at most. In code points. */
export const MAX_COMMENT_LENGTH = 65_536;
