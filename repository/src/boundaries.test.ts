import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const { forbidden = [] } = createRequire(import.meta.url)(
  '../../.dependency-cruiser.cjs',
) as IFlattenedRuleSet;

/** Each rule, broken on purpose: who imports whom, though nobody may. */
const BROKEN: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>> = {
  'no-cycles': [['packages/read-model/src/back.ts', 'packages/read-model/src/circle.ts']],
  'packages-by-their-face': [
    ['packages/query-service/src/a.ts', 'packages/client/src/inside.ts'],
    ['e2e/src/a.ts', 'localstack/embedded/src/inside.ts'],
    ['terraform/tests/a.ts', 'localstack/host/src/inside.ts'],
  ],
  'domain-is-pure': [
    ['packages/shared-domain/src/a.ts', 'node:fs'],
    ['packages/users/src/domain/a.ts', 'node:http'],
  ],
  'domain-depends-on-no-one': [['packages/shared-domain/src/b.ts', 'packages/client/src/index.ts']],
  'dynamodb-knows-no-record': [['packages/dynamodb/src/a.ts', 'packages/stream-projection/src/index.ts']],
  'engine-knows-no-read-model': [['packages/stream-projection/src/a.ts', 'packages/read-model/src/index.ts']],
  'campaigns-know-no-read-model': [
    ['packages/campaign-statistics/src/a.ts', 'packages/read-model/src/index.ts'],
  ],
  'users-domain-knows-no-outside': [
    ['packages/users/src/domain/b.ts', 'packages/users/src/events/store.ts'],
    ['packages/users/src/domain/c.ts', 'packages/dynamodb/src/index.ts'],
  ],
  'users-stores-know-no-use': [
    ['packages/users/src/events/a.ts', 'packages/users/src/commands/b.ts'],
    ['packages/users/src/keys/a.ts', 'packages/users/src/views/b.ts'],
  ],
  'users-uses-know-no-other': [
    ['packages/users/src/commands/a.ts', 'packages/users/src/projection/b.ts'],
    ['packages/users/src/projection/a.ts', 'packages/users/src/views/b.ts'],
    ['packages/users/src/views/a.ts', 'packages/users/src/commands/b.ts'],
  ],
  'lambdas-know-no-lambda': [['packages/query-lambda/src/a.ts', 'packages/user-list-lambda/src/handler.ts']],
  'read-model-knows-no-lambda': [['packages/read-model/src/a.ts', 'packages/lambda-runtime/src/index.ts']],
  'operator-needs-no-laptop': [['scripts/src/a.ts', 'localstack/embedded/src/index.ts']],
  'application-knows-no-adapter': [
    ['packages/query-service/src/application/a.ts', 'packages/query-service/src/adapters/b.ts'],
  ],
  'domain-knows-no-application': [
    ['packages/campaign-statistics/src/domain/a.ts', 'packages/campaign-statistics/src/application/b.ts'],
  ],
  'nobody-imports-a-composition-root': [
    ['packages/query-service/src/b.ts', 'packages/query-service/src/main.ts'],
  ],
  'product-needs-no-tools': [
    ['packages/query-service/src/c.ts', 'localstack/dynamodb-local/src/index.ts'],
    ['packages/users/src/commands/c.ts', 'packages/stream-projection/src/testing/index.ts'],
    ['packages/users/src/commands/d.ts', 'packages/stream-projection/proof/index.ts'],
    ['packages/query-service/src/d.ts', 'fuzz/src/index.ts'],
  ],
  'no-unresolvable': [['bench/src/a.ts', './is-not-there.ts']],
};

/** Closes the circle, which is reported once. */
const BACK = ['packages/read-model/src/circle.ts', 'packages/read-model/src/back.ts'] as const;

/** These look at package.json, which nothing here has. */
const NEEDS_A_MANIFEST = ['no-undeclared-dependency'];

let root: string;
let violations: ICruiseResult['summary']['violations'];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'notify-boundaries-'));
  const imports = new Map<string, string[]>();
  for (const [from, to] of [...Object.values(BROKEN).flat(), BACK]) {
    const isOurs = /^[a-z]/.test(to) && !to.startsWith('node:');
    const depth = '../'.repeat(dirname(from).split('/').length);
    imports.set(from, [...(imports.get(from) ?? []), isOurs ? `${depth}${to}` : to]);
    if (isOurs && !imports.has(to)) imports.set(to, []);
  }
  for (const [path, specifiers] of imports) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    // Imports of types alone: these are arrows too.
    const lines = specifiers.map(
      (specifier, place) => `import type { Value as V${place} } from '${specifier}';`,
    );
    writeFileSync(
      join(root, path),
      `${lines.join('\n')}\nexport type Value = ${lines.map((_, place) => `V${place} | `).join('')}1;\n`,
    );
  }
  const { output } = await cruise([...new Set([...imports.keys()].map((path) => path.split('/')[0] ?? ''))], {
    baseDir: root,
    ruleSet: { forbidden },
    validate: true,
    tsPreCompilationDeps: true,
  });
  violations = (output as ICruiseResult).summary.violations;
});

afterAll(() => rmSync(root, { recursive: true }));

describe.each(Object.entries(BROKEN))('%s', (rule, broken) => {
  it.each(broken)('is broken by %s with %s', (from, to) => {
    const found = violations.filter((violation) => violation.from === from && violation.rule.name === rule);
    expect(found.map((violation) => violation.to.replace(/^node:/, ''))).toEqual([to.replace(/^node:/, '')]);
  });
});

it('every rule is tried', () => {
  expect([...Object.keys(BROKEN), ...NEEDS_A_MANIFEST].sort()).toEqual(
    forbidden.map(({ name }) => name).sort(),
  );
});
