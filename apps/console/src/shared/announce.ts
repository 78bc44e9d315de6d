/** Reads a change aloud. The region is in the shell. */
export const ANNOUNCER_ID = 'announcer';

export function announce(text: string): void {
  const region = document.getElementById(ANNOUNCER_ID);
  if (region !== null) region.textContent = text;
}
