/** A device token addresses somebody's device: only its end is shown, to tell two apart. */
export const masked = (token: string): string => (token.length > 8 ? `••••${token.slice(-4)}` : '••••');
