import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Metafile } from 'esbuild';

/** Code of others that is in an artifact. */
export interface Component {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression, as its package.json says. */
  readonly licence: string;
  /** Its licence and notice files, one after the other; empty when it comes without any. */
  readonly notice: string;
}

/**
 * Licences that ask for no more than being named with their text, in whatever is shipped or run: an artifact with other code in it is not
 * built. A choice (`A OR B`) is allowed when one of them is.
 */
const ALLOWED_LICENCES: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
  'Zlib',
]);

export const isAllowedLicence = (expression: string): boolean =>
  expression
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((licence) => ALLOWED_LICENCES.has(licence.trim())));

/**
 * The packages of others of which bytes are in what was built, by name and version.
 * @param folder the folder from which esbuild's paths are seen
 * @throws Error that names a component whose licence is not allowed
 */
export const componentsOf = ({ outputs }: Metafile, folder: string): Component[] => {
  const folders = new Set<string>();
  for (const { inputs } of Object.values(outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const packageFolder = bytesInOutput > 0 ? packageFolderOf(resolve(folder, path)) : undefined;
      if (packageFolder !== undefined) folders.add(packageFolder);
    }
  }
  return [...folders]
    .map(componentAt)
    .sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
};

/** @throws Error when its licence is not allowed */
export const componentAt = (folder: string): Component => {
  const { name, version, license } = readPackage(folder);
  if (typeof license !== 'string' || !isAllowedLicence(license))
    throw new Error(
      `${name}@${version} has the licence ${JSON.stringify(license)}, which is not on the list.`,
    );
  return { name, version, licence: license, notice: noticeIn(folder) };
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The folder of the package in node_modules that a file belongs to; undefined when it is this project's own. */
const packageFolderOf = (file: string): string | undefined => {
  if (!/[\\/]node_modules[\\/]/.test(file)) return undefined;
  // A package.json without a name only says how the files beside it are to be read.
  for (let folder = dirname(file); /[\\/]node_modules[\\/]/.test(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) && readPackage(folder).version !== undefined) return folder;
  }
  return undefined;
};

const readPackage = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license?: unknown;
  };

const noticeIn = (folder: string): string =>
  readdirSync(folder)
    .filter((name) => /^(licen[cs]e|notice|copying)([-.].*)?$/i.test(name) && !/\.[cm]?[jt]s$/.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim())
    .join('\n\n');
