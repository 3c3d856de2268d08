/**
 * What every HTTP answer of ours says to a browser that should come by it: take it for what it is called, show it in no frame, load nothing
 * for it, tell nobody where you were, and come by TLS only. A page says itself what it may load, by a Content-Security-Policy of its own.
 * The gateway's own errors have theirs in `terraform/api/*.openapi.yaml`.
 */
export const SECURITY_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000',
} as const;
