/**
 * Every error code that leaves a function of this system, with the HTTP status it answers and a title for people.
 * docs/errors.md explains each one with its remedy; a test keeps both lists equal.
 */
export const ERRORS = {
  'ACCESS.DENIED': { status: 403, title: 'Access denied' },
  'CAMPAIGN.NOT_FOUND': { status: 404, title: 'Unknown campaign' },
  'CONFIG.INVALID': { status: 500, title: 'Invalid configuration' },
  'EVENT.UNREADABLE': { status: 500, title: 'Unreadable event' },
  'EVENT_STORE.CONFLICT': { status: 409, title: 'Too many commands at once' },
  'IDEMPOTENCY.IN_PROGRESS': { status: 409, title: 'Command in progress' },
  'IDEMPOTENCY.KEY_REUSED': { status: 422, title: 'Idempotency key of another command' },
  'INTERNAL.ERROR': { status: 500, title: 'Internal error' },
  'QUERY.CURSOR.FOREIGN': { status: 400, title: 'Cursor of another query' },
  'QUERY.CURSOR.INVALID': { status: 400, title: 'Invalid cursor' },
  'READ_MODEL.BEHIND': { status: 503, title: 'Read model behind' },
  'RECORD.INVALID': { status: 422, title: 'Malformed record' },
  'RECORD.TOO_LARGE': { status: 422, title: 'Record too large' },
  'REQUEST.BODY_INVALID': { status: 400, title: 'Invalid body' },
  'REQUEST.BODY_TOO_LARGE': { status: 413, title: 'Request too large' },
  'REQUEST.EXPECTATION_FAILED': { status: 417, title: 'Unknown expectation' },
  'REQUEST.HEADERS_TOO_LARGE': { status: 431, title: 'Headers too large' },
  'REQUEST.MALFORMED': { status: 400, title: 'Malformed request' },
  'REQUEST.MEDIA_TYPE_UNSUPPORTED': { status: 415, title: 'Unsupported media type' },
  'REQUEST.PARAMETER_INVALID': { status: 400, title: 'Invalid parameter' },
  'REQUEST.PARAMETER_MISSING': { status: 400, title: 'Missing parameter' },
  'REQUEST.THROTTLED': { status: 429, title: 'Too many requests' },
  'REQUEST.TIMEOUT': { status: 408, title: 'Request too slow' },
  'ROUTE.METHOD_NOT_ALLOWED': { status: 405, title: 'Method not allowed' },
  'ROUTE.NOT_FOUND': { status: 404, title: 'Unknown route' },
  'SERVICE.BUSY': { status: 503, title: 'Service busy' },
  'STORE.THROTTLED': { status: 503, title: 'Table throttled' },
  'UPSTREAM.FAILED': { status: 502, title: 'Bad answer from upstream' },
  'UPSTREAM.TIMEOUT': { status: 504, title: 'Upstream too late' },
  'UPSTREAM.UNAVAILABLE': { status: 503, title: 'Upstream unavailable' },
  'USER.ALREADY_EXISTS': { status: 409, title: 'User already exists' },
  'USER.BALANCE_OUT_OF_RANGE': { status: 422, title: 'Balance out of range' },
  'USER.ERASED': { status: 409, title: 'User erased' },
  'USER.NOT_FOUND': { status: 404, title: 'Unknown user' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERRORS;
