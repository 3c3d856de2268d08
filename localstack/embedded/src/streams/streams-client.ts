import { buffer } from 'node:stream/consumers';
import { DynamoDBStreamsClient, type DynamoDBStreamsClientConfig } from '@aws-sdk/client-dynamodb-streams';

/**
 * A client whose GetRecords gives each record as the service sent it, which is the form that Lambda hands to functions: binary values
 * in base64, times in seconds. The SDK would build objects by assigning names that whoever writes an item chooses; of an attribute
 * `__proto__` it makes the object's prototype. JSON.parse does not.
 */
export const createStreamsClient = (config: DynamoDBStreamsClientConfig): DynamoDBStreamsClient => {
  const client = new DynamoDBStreamsClient(config);
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const response = result.response as { statusCode: number; body: NodeJS.ReadableStream | Uint8Array };
      if (context.commandName !== 'GetRecordsCommand' || response.statusCode !== 200) return result;
      const body = response.body instanceof Uint8Array ? response.body : await buffer(response.body);
      const { Records = [], ...page } = JSON.parse(Buffer.from(body).toString('utf8'));
      context['records'] = Records;
      response.body = Buffer.from(JSON.stringify(page));
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'takeRecords' },
  );
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      if (context['records'] !== undefined)
        Object.assign(result.output ?? {}, { Records: context['records'] });
      return result;
    },
    // Outside of the SDK's logger, which would walk all of them for a log that is not written.
    { step: 'initialize', priority: 'high', name: 'giveRecords' },
  );
  return client;
};
