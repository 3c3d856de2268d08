const LONG = 'a'.repeat(20_000);

/** What is no HTTP, or only nearly. Each ends its connection, so that the end of the answer is known. */
export const RAW_REQUESTS = (path: string): readonly (readonly [name: string, bytes: string])[] => [
  ['a word', 'HELLO\r\n\r\n'],
  ['nothing but an end', '\r\n\r\nGET\r\n\r\n'],
  ['HTTP/0.9', `GET ${path}\r\n\r\n`],
  ['HTTP/9.9', `GET ${path} HTTP/9.9\r\nHost: x\r\nConnection: close\r\n\r\n`],
  ['no Host', `GET ${path} HTTP/1.1\r\nConnection: close\r\n\r\n`],
  [
    'an expectation that nobody meets',
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: the-unexpected\r\nConnection: close\r\n\r\n`,
  ],
  ['an unknown method', `BREW ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`],
  ['TRACE', `TRACE ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`],
  [
    'a target of another host',
    `GET http://example.com${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`,
  ],
  ['a target that is no path', 'GET nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n'],
  ['a target with a blank', `GET ${path} x HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`],
  [
    'a target with bytes over 127',
    `GET ${path}\xff\xfe HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`,
  ],
  ['a target with NUL', `GET ${path}\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`],
  [
    'two lengths',
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\nContent-Length: 5\r\nConnection: close\r\n\r\n{}`,
  ],
  [
    'a negative length',
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\nConnection: close\r\n\r\n`,
  ],
  [
    'a length that is no number',
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: two\r\nConnection: close\r\n\r\n{}`,
  ],
  [
    'a length and chunks',
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n`,
  ],
  [
    'chunks that are none',
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
  ],
  [
    'an unknown transfer coding',
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: gzip, chunked\r\nConnection: close\r\n\r\n0\r\n\r\n`,
  ],
  [
    'a header without a colon',
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nnonsense\r\nConnection: close\r\n\r\n`,
  ],
  [
    'a header with a blank name',
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n : x\r\nConnection: close\r\n\r\n`,
  ],
  ['a folded header', `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: b\r\n c\r\nConnection: close\r\n\r\n`],
  ['a header with NUL', `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: \x00\r\nConnection: close\r\n\r\n`],
  ['a lone line feed', `GET ${path} HTTP/1.1\nHost: 127.0.0.1\nConnection: close\n\n`],
  ['a long target', `GET ${path}?${LONG} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`],
  ['a long header', `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ${LONG}\r\nConnection: close\r\n\r\n`],
  [
    'many headers',
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${'X-A: b\r\n'.repeat(3_000)}Connection: close\r\n\r\n`,
  ],
  [
    'a header named __proto__',
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n__proto__: x\r\nConnection: close\r\n\r\n`,
  ],
  [
    'an upgrade',
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close, Upgrade\r\nUpgrade: websocket\r\n\r\n`,
  ],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'],
];
