export const HOSTILE_SETTINGS: Record<'east' | 'west', Record<string, string>>;
export const HOSTILE_LOCALE: string;
export function hostileStatements(database: string, settings: Record<string, string>): string[];
