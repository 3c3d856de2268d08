const TONES: Readonly<Record<string, string>> = { SENT: 'info', DELIVERED: 'good', FAILED: 'bad' };

/** A status, told by its word first and its colour second. */
export const StatusBadge = ({ status }: { readonly status: string | null | undefined }) => (
  <span className={`badge ${TONES[status ?? ''] ?? 'plain'}`}>{status ?? '–'}</span>
);

export const Badge = ({ tone, children }: { readonly tone: string; readonly children: string }) => (
  <span className={`badge ${tone}`}>{children}</span>
);
