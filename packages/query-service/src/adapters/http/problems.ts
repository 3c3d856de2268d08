import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  AppError,
  brokenRequest,
  problemHeaders,
  toAppError,
  toHttpResponse,
  toProblem,
} from '@notify/shared-domain';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

/** Answers with the problem that stands for whatever was thrown, and logs what is ours to mend. */
export const answerProblem = (
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply => {
  const error = fromFastify(thrown) ?? toAppError(thrown);
  if (error.status >= 500)
    request.log.error({ code: error.code, error: error.cause ?? error }, error.message);
  // As bytes, because to text and objects the framework adds a charset, which this media type does not have.
  return reply
    .code(error.status)
    .headers(problemHeaders(error))
    .send(Buffer.from(JSON.stringify(toProblem(error))));
};

/** What the framework refuses before a route sees it. */
const fromFastify = (thrown: unknown): AppError | undefined => {
  const { code, statusCode } = thrown as Partial<FastifyError>;
  if (code === 'FST_ERR_BAD_URL') {
    return new AppError('REQUEST.PARAMETER_INVALID', { detail: 'The URL must be percent-encoded UTF-8.' });
  }
  switch (statusCode) {
    case 400:
      return new AppError('REQUEST.BODY_INVALID', {
        detail: 'The body must be a JSON object.',
        cause: thrown,
      });
    case 413:
      return new AppError('REQUEST.BODY_TOO_LARGE', { detail: 'The body must not exceed 64 KB.' });
    case 415:
      return new AppError('REQUEST.MEDIA_TYPE_UNSUPPORTED', { detail: 'Send application/json.' });
    // How files of /docs are not to be asked for: paths out of their folder, ranges and conditions that do not fit.
    case 403:
    case 412:
    case 416:
      return new AppError('ROUTE.NOT_FOUND', { detail: 'There is no such route.', cause: thrown });
    default:
      return undefined;
  }
};

/** What is answered last on each connection. */
const answers = new WeakMap<Socket, ServerResponse>();

/** Has {@link answerBrokenRequest} know whether a request that breaks off has its answer already. */
export const rememberAnswer = (response: ServerResponse): void => {
  if (response.socket) answers.set(response.socket, response);
};

/** Answers what is not even HTTP enough to become a request, or to be one to its end: Node hands over the bare socket. */
export const answerBrokenRequest = (thrown: { code?: string }, socket: Socket): void => {
  if (!socket.writable || thrown.code === 'ECONNRESET') return void socket.destroy();
  const answer = answers.get(socket);
  // Refused before its body was there: a second answer would belong to nothing.
  if (answer?.headersSent && !answer.req.complete) return void socket.destroySoon();
  socket.end(toHttpResponse(brokenRequest(thrown.code)));
};
