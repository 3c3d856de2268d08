import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { PYTHON_FOLDER } from '@notify/host';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { repositoryFile } from '../target.ts';
import { documents, target } from './stage.ts';

const run = promisify(execFile);

/** The shell samples of docs/local.md that are marked, pointed at the stage under test. */
const samples = [
  ...readFileSync(repositoryFile('docs/local.md'), 'utf8').matchAll(
    /<!-- samples -->\n```sh\n([\s\S]*?)```/g,
  ),
].map(([, text = '']) =>
  text
    .replaceAll('http://127.0.0.1:4566', target.awsEndpoint ?? '')
    .replaceAll('http://127.0.0.1:8000', target.serviceUrl ?? ''),
);

describe.runIf(target.kind === 'localstack')('docs/local.md', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'samples-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    const Key = { transaction_id: 'tx_manual_test', created_at: 1_704_300_000_000 };
    await documents.send(new DeleteCommand({ TableName: 'command-records', Key }));
  });

  const shell = async (script: string): Promise<string> => {
    const { stdout } = await run('sh', ['-e', '-c', script], {
      cwd: folder,
      env: {
        PATH: `${join(PYTHON_FOLDER, 'bin')}:${process.env['PATH']}`,
        HOME: folder,
        AWS_CONFIG_FILE: join(PYTHON_FOLDER, 'aws.config'),
        AWS_ENDPOINT_URL: target.awsEndpoint ?? '',
        AWS_DEFAULT_REGION: 'us-east-1',
      },
    });
    return stdout;
  };

  it('the samples write a command and show it in the answers', async () => {
    expect(samples).toHaveLength(2);
    await vi.waitFor(
      async () => {
        const output = await shell(samples[0] ?? '');
        // The invoke, V1 of the API, V4 of it in `data` and in `items`, V3 of the service.
        expect(output.match(/"transaction_id":"tx_manual_test"/g)).toHaveLength(5);
      },
      { timeout: 100_000, interval: 500 },
    );
  });

  it('the samples look into tables, streams, logs and alarms', async () => {
    const output = await shell(samples[1] ?? '');
    expect(output).toContain('"StreamViewType": "NEW_AND_OLD_IMAGES"');
    expect(output).toContain('"FunctionResponseTypes"');
    expect(output).toMatch(/START RequestId: .*\n/);
    expect(output).toContain('stream-processor-lambda-lag');
  });
});
