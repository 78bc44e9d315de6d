export const CLIENT_ID: string;
export const CLIENT_SECRET: string;
export const ID_TOKEN_SECONDS: number;

export interface OpenIdProvider {
  issuer: string;
  /** claims by subject, the name with which a person signs in */
  people: Map<string, Record<string, unknown>>;
  /**
   * Serves from now on, with new sessions and codes.
   *
   * @param of.clockOffsetSeconds how far its clock is ahead of the one of the server under test
   */
  serve(of: { redirectUris: string[]; clientSecret?: string; clockOffsetSeconds?: number }): Promise<void>;
  close(): Promise<void>;
}

export function listenAsProvider(): Promise<OpenIdProvider>;
