import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

const BODY = Symbol('body');

interface WithBody {
  readonly [BODY]?: string;
}

/**
 * Sends a command's input as the JSON that it is. The SDK's serializer would walk each of its values by its schema, and its logger too;
 * they get `shown` of it instead. Everything else about the request is the SDK's. See ADR 0007.
 *
 * A client may keep the middleware of one command for all of its class (`cacheMiddleware`), so none of it remembers a command; and a command that is sent
 * again puts it together again, so each has a name.
 */
export const sendAsJson = <Input extends object>(
  command: { readonly input: Input; readonly middlewareStack: object },
  shown: (input: Input) => Input,
): void => {
  const stack = command.middlewareStack as DynamoDBClient['middlewareStack'];
  stack.add(
    (next) => (args) => {
      const input = { ...shown(args.input as Input), [BODY]: JSON.stringify(args.input) };
      return next({ ...args, input: input as unknown as typeof args.input });
    },
    { step: 'initialize', priority: 'high', name: 'takeInput', override: true },
  );
  stack.add(
    (next) => (args) => {
      Object.assign(args.request as object, { body: (args.input as WithBody)[BODY] });
      return next(args);
    },
    { step: 'build', priority: 'high', name: 'sendInput', override: true },
  );
};
