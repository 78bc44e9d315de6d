/** Copying and WebCrypto need https or this machine. */
export function isSecure(): boolean {
  return window.isSecureContext;
}

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
