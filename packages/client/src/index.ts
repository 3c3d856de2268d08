export { createNotifyClient, type NotifyClient } from './client.ts';
export type { Answer } from './exchange.ts';
export type { AskOptions, NotifyClientOptions, ReadPage } from './page-reader.ts';
export { createUpstreamReader, forFarCaller, type UpstreamReader } from './upstream.ts';
