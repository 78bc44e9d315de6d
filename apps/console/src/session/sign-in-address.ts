/** Of this tab. The provider sees nothing of it. */
const STORED = 'coordinator-registry.after-sign-in';

/** Only an address of this console: a link must not lead elsewhere after the sign-in. */
export function safeNext(next: string | null | undefined): string {
  return next?.startsWith('/') && !next.startsWith('//') && !next.startsWith('/\\') ? next : '/';
}

/** Keeps the page that was asked for while the browser is at the provider. */
export function rememberAddress(next: string | undefined): void {
  sessionStorage.setItem(STORED, safeNext(next));
}

export function rememberedAddress(): string {
  return safeNext(sessionStorage.getItem(STORED));
}

export function forgetAddress(): void {
  sessionStorage.removeItem(STORED);
}
