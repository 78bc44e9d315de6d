/**
 * Sealing goes no further until a person has looked: what would be signed next could contradict what was signed before. The
 * message says what was found and what to do.
 */
export class SealingHaltedError extends Error {
  override readonly name = 'SealingHaltedError';
}

/** The file of published checkpoints cannot be read or written now. */
export class UnusableCheckpointFileError extends Error {
  override readonly name = 'UnusableCheckpointFileError';
}

/** Another process has sealed since this one last looked; what it was about to seal is void. */
export class SealOvertakenError extends Error {
  override readonly name = 'SealOvertakenError';
}

/** Why a log is not continued. The message is for the person who asked. */
export class NotContinuedError extends Error {
  override readonly name = 'NotContinuedError';
}
