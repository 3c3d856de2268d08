export { readConfig, TableName } from './config.ts';
export { directHandler, httpOrDirectHandler, type Invocation } from './direct-handler.ts';
export {
  type HttpHandler,
  type HttpRequest,
  httpHandler,
  MAX_BODY_BYTES,
  type Route,
} from './http-handler.ts';
export { queryRoutes } from './query-routes.ts';
export { reportRoutes } from './report-routes.ts';
export {
  batchLog,
  batchMetrics,
  type StreamHandler,
  streamHandler,
  windowHandler,
} from './stream-handler.ts';
