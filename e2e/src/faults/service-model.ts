import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { BatchStatementErrorCodeEnum } from '@aws-sdk/client-dynamodb';

/** An error as an AWS service may answer it. */
export interface ModelledError {
  readonly name: string;
  readonly status: number;
  /** Whose fault the model says it is. */
  readonly fault: 'client' | 'server';
}

const require = createRequire(import.meta.url);

/** The SDK's package of a service, whose files are generated from AWS's model of it. */
const packageOf = (service: string): string =>
  join(dirname(require.resolve(`@aws-sdk/client-${service}`)), '..');

/**
 * What the model of a service lists as the errors of an operation: the `@throws` of the SDK's command, with the statuses of the SDK's
 * schemas. One that the schemas give no status has that of its protocol, 400 or 500.
 */
export const errorsOf = (service: string, operation: string): ModelledError[] => {
  const folder = packageOf(service);
  const declared = readFileSync(join(folder, `dist-types/commands/${operation}Command.d.ts`), 'utf8');
  const schemas = readFileSync(join(folder, 'dist-es/schemas/schemas_0.js'), 'utf8');
  return [...declared.matchAll(/@throws \{@link (\w+)\} \((client|server) fault\)/g)].map(
    ([, name = '', fault]) => {
      const schema = new RegExp(`export var ${name}\\$ = \\[-3,[^;]*?;`).exec(schemas)?.[0] ?? '';
      const status = /\[_hE\]: (\d{3})/.exec(schema)?.[1];
      return {
        name,
        status: Number(status ?? (fault === 'server' ? 500 : 400)),
        fault: fault as 'client' | 'server',
      };
    },
  );
};

/** The codes that the model lists for one statement of a batch, whose request as a whole is answered with 200. */
export const STATEMENT_CODES: readonly string[] = Object.values(BatchStatementErrorCodeEnum);
