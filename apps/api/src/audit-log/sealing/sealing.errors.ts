/**
 * Sealing stops until an operator has looked: the next signature could contradict an earlier one. The message says what
 * was found and what to do.
 */
export class SealingHaltedError extends Error {
  override readonly name = 'SealingHaltedError';
}

/** The file of published checkpoints cannot be read or written at present. */
export class UnusableCheckpointFileError extends Error {
  override readonly name = 'UnusableCheckpointFileError';
}

/** Another process has sealed since this process last read. The seal that this process was preparing is void. */
export class SealOvertakenError extends Error {
  override readonly name = 'SealOvertakenError';
}

/** Why a log is not continued. The message is for the caller of the command. */
export class NotContinuedError extends Error {
  override readonly name = 'NotContinuedError';
}
