import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { billOfMaterials, thirdPartyNotices } from './bill-of-materials.ts';
import { componentsOf, isAllowedLicence } from './components.ts';

let folder: string;
const file = async (path: string, text: string) => {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), text);
};
const dependency = async (name: string, license: string, source = 'export default 1;') => {
  await file(
    `node_modules/${name}/package.json`,
    JSON.stringify({ name, version: '1.2.3', license, type: 'module', main: 'lib/index.js' }),
  );
  await file(`node_modules/${name}/lib/index.js`, source);
};
const components = async () => {
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints: ['main.js'],
    bundle: true,
    metafile: true,
    write: false,
    format: 'esm',
    logLevel: 'silent',
  });
  return componentsOf(metafile, folder);
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bill-'));
  await dependency('used', 'MIT');
  await file('node_modules/used/LICENSE', 'Copyright somebody\r\n');
  await file('node_modules/used/lib/package.json', '{"type":"module"}');
  await dependency('@scope/chosen', '(GPL-3.0 OR ISC)');
  await dependency('unused', 'GPL-3.0', 'export const unused = 1;');
  await file('own.js', 'export default 3;');
  await file(
    'main.js',
    "import a from 'used'; import b from '@scope/chosen'; import { unused } from 'unused'; import c from './own.js'; console.log(a, b, c);",
  );
});
afterEach(() => rm(folder, { recursive: true }));

describe('what an artifact is made of', () => {
  it('are the packages of which bytes are in it, and no other', async () => {
    expect(await components()).toEqual([
      { name: '@scope/chosen', version: '1.2.3', licence: '(GPL-3.0 OR ISC)', notice: '' },
      { name: 'used', version: '1.2.3', licence: 'MIT', notice: 'Copyright somebody' },
    ]);
  });

  it('stands in a CycloneDX document that is the same each time', async () => {
    const bill = billOfMaterials('a-lambda', await components());
    expect(billOfMaterials('a-lambda', await components())).toBe(bill);
    const document = JSON.parse(bill);
    expect(document).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: { component: { name: 'a-lambda' } },
    });
    expect(document.components.map((part: { purl: string }) => part.purl)).toEqual([
      'pkg:npm/%40scope/chosen@1.2.3',
      'pkg:npm/used@1.2.3',
    ]);
    expect(document.components[0].licenses).toEqual([{ expression: '(GPL-3.0 OR ISC)' }]);
    expect(document.components[1].licenses).toEqual([{ license: { id: 'MIT' } }]);
  });

  it('is named with its licence text', async () => {
    const notices = thirdPartyNotices(await components());
    expect(notices).toContain('used 1.2.3 (MIT)\n\nCopyright somebody\n');
    expect(notices).toContain('@scope/chosen 1.2.3');
  });

  it('may not be of a licence that asks for more', async () => {
    await dependency('used', 'AGPL-3.0');
    await expect(components()).rejects.toThrow('used@1.2.3 has the licence "AGPL-3.0"');
  });
});

it.each([
  ['MIT', true],
  ['(AFL-2.1 OR BSD-3-Clause)', true],
  ['MIT AND Apache-2.0', true],
  ['MIT AND GPL-2.0', false],
  ['SEE LICENSE IN LICENSE', false],
  ['', false],
])('the licence %s is allowed: %s', (expression, allowed) =>
  expect(isAllowedLicence(expression)).toBe(allowed),
);
