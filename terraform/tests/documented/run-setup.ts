import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { output, type TerraformCopy } from '@notify/toolchain';
import { type PageReport, runPage, Shell } from './shell.ts';

export interface SetupOptions {
  readonly root: string;
  /** What the page is followed with; its environment leads to moto. */
  readonly terraform: TerraformCopy;
  readonly vpc: { readonly vpc_id: string; readonly private_subnet_ids: readonly string[] };
  /** The AWS CLI. */
  readonly cli: string;
}

/** The bucket that terraform/backend.tf.example names. */
const STATE_BUCKET = 'example-terraform-state';
const REGION = 'ap-southeast-1';

/** docs/aws.md, followed from its beginning to its end. */
export class Setup {
  readonly #options: SetupOptions;
  readonly #sections: readonly string[];
  readonly #shell: (env?: Readonly<Record<string, string>>) => Shell;

  constructor(options: SetupOptions) {
    const { root, terraform, vpc, cli } = options;
    this.#options = options;
    this.#sections = readFileSync(join(root, 'docs/aws.md'), 'utf8').split(/^(?=## )/m);
    const [first = '', second = ''] = vpc.private_subnet_ids;
    this.#shell = (env = {}) =>
      new Shell({
        folder: join(terraform.folder, '..'),
        env: { ...terraform.env, AWS_CLI: cli, ...env },
        values: {
          'vpc-0123456789abcdef0': vpc.vpc_id,
          'subnet-0aaaaaaaaaaaaaaaa': first,
          'subnet-0bbbbbbbbbbbbbbbb': second,
        },
      });
  }

  /** What is done once in an account. */
  account(): Promise<PageReport> {
    return runPage(this.#shell(), this.#part(0, 3));
  }

  /** A working stage with its service released, in the account. */
  async stage(): Promise<PageReport> {
    const { cli, terraform } = this.#options;
    await output(
      cli,
      [
        ...['s3api', 'create-bucket', '--bucket', STATE_BUCKET],
        ...['--create-bucket-configuration', `LocationConstraint=${REGION}`],
      ],
      { env: terraform.env },
    );
    const api = createServer((_, answer) => answer.end()).listen(0, '127.0.0.1');
    await once(api, 'listening');
    try {
      const { port } = api.address() as AddressInfo;
      return await runPage(this.#shell({ API_URL: `http://127.0.0.1:${port}` }), this.#part(3, 8));
    } finally {
      api.close();
      api.closeAllConnections();
    }
  }

  takeAway(): Promise<PageReport> {
    return runPage(this.#shell(), this.#part(8, 9));
  }

  /** The sections from one number up to another; what stands before the first has the number 0. */
  #part(from: number, to: number): string {
    return this.#sections.slice(from, to).join('');
  }
}
