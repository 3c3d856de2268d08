import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pip, run, virtualEnvironment } from '@notify/toolchain';
import type { Finding } from './judge.ts';
import { LEAK_PATTERN, TABLE_PATTERN } from './leaks.ts';
import type { Door, Stage } from './stage.ts';
import type { Tally } from './tally.ts';

const HOOKS = fileURLToPath(new URL('../schemathesis', import.meta.url));
const FOLDER = fileURLToPath(new URL('../../.local/fuzz', import.meta.url));
const CHECKS = [
  'server_error',
  'leak',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];

/** schemathesis in a virtual environment of its own, held by the hashes in requirements.txt. Gives the folder of its programs. */
export const installSchemathesis = (say: (line: string) => void): Promise<string> => {
  const requirements = join(HOOKS, 'requirements.txt');
  return virtualEnvironment({
    folder: join(FOLDER, 'python'),
    versions: ['3.13', '3.12', '3.11'],
    madeOf: readFileSync(requirements, 'utf8'),
    install: (bin) => {
      say('Installing schemathesis from PyPI into .local/fuzz/python (once) …');
      return pip(bin, '--require-hashes', '-r', requirements);
    },
  });
};

interface Report {
  readonly test_cases: { readonly generated: number };
  readonly failures: readonly {
    readonly code: string;
    readonly title: string;
    readonly count: number;
    readonly operations: readonly string[];
  }[];
  readonly errors: readonly unknown[];
}

/**
 * Lets schemathesis make requests from the OpenAPI files, right ones and wrong ones, for every operation at every door.
 * @param count about how many requests; it decides itself how many an operation is worth
 */
export const fuzzBySchemathesis = async (
  bin: string,
  { doors }: Stage,
  tally: Tally,
  say: (line: string) => void,
  { seed, count }: { seed: number; count: number },
): Promise<void> => {
  const operations = doors.reduce((sum, { api }) => sum + api.operations.length, 0);
  for (const door of doors) {
    const report = await runOn(bin, door, say, {
      seed,
      examples: Math.max(1, Math.round(count / operations)),
    });
    tally.requests += report.test_cases.generated;
    for (const { code, title, count: times } of report.failures) {
      tally.found[findingOf(code, title)] += times;
    }
    tally.found.server_errors += report.errors.length;
  }
};

const findingOf = (code: string, title: string): Finding =>
  /leak/.test(title)
    ? 'leaks'
    : /server_error/.test(title)
      ? 'server_errors'
      : code === 'ST103'
        ? 'undocumented'
        : 'schema_breaks';

const runOn = async (
  bin: string,
  { name, base, api, file }: Door,
  say: (line: string) => void,
  { seed, examples }: { seed: number; examples: number },
): Promise<Report> => {
  const folder = join(FOLDER, name.replaceAll(' ', '-'));
  mkdirSync(folder, { recursive: true });
  const schema = join(folder, `${file}.openapi.yaml`);
  writeFileSync(schema, api.text);
  const report = join(folder, 'report.json');
  const { code, text } = await run(
    join(bin, 'schemathesis'),
    [
      ...['run', schema, '--url', base, '--seed', String(seed), '--max-examples', String(examples)],
      ...['--phases', 'coverage,fuzzing', '--checks', CHECKS.join(',')],
      ...[
        '--workers',
        '2',
        '--continue-on-failure',
        '--no-shrink',
        '--generation-database',
        'none',
        '--suppress-health-check',
        'all',
      ],
      ...['--request-timeout', '40', '--no-color', '--report', 'json', '--report-json-path', report],
    ],
    {
      cwd: folder,
      env: {
        ...process.env,
        SCHEMATHESIS_HOOKS: 'hooks',
        PYTHONPATH: HOOKS,
        FUZZ_LEAK_PATTERN: LEAK_PATTERN,
        FUZZ_TABLE_PATTERN: TABLE_PATTERN,
      },
      timeoutS: 1_800,
    },
  );
  if (code !== 0) {
    say(`\nschemathesis at the ${name}, seed ${seed}:`);
    say(text.slice(Math.max(0, text.search(/={10,} (FAILURES|ERRORS)/))));
  }
  return JSON.parse(readFileSync(report, 'utf8')) as Report;
};
