import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

export interface Sent {
  readonly name: string;
  readonly input: Record<string, unknown>;
}

/** A client that answers as it is told: for what the real DynamoDB does too seldom to wait for. An answer that is an error is thrown. */
export class ScriptedDynamoDB {
  readonly sent: Sent[] = [];
  readonly #answer: (sent: Sent, index: number) => unknown;

  constructor(answer: (sent: Sent, index: number) => unknown) {
    this.#answer = answer;
  }

  get client(): DynamoDBClient {
    const send = async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
      const sent = { name: command.constructor.name, input: command.input };
      this.sent.push(sent);
      const answer = this.#answer(sent, this.sent.length - 1);
      if (answer instanceof Error) throw answer;
      return answer;
    };
    return Object.assign(Object.create(DynamoDBClient.prototype), { send }) as DynamoDBClient;
  }

  /** The names of the commands, in order. */
  get names(): string[] {
    return this.sent.map(({ name }) => name);
  }
}
