import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { output } from '@notify/toolchain';
import type { Engine } from './engine.ts';
import { imageError } from './errors.ts';

const LABEL = 'notify.stand-in';
const NPM = 'npm@10';
const CA_FILE = '/etc/ssl/certs/ca-certificates.crt';

export type BaseImages = 'registry' | 'stand-in';

/**
 * Sees to it that the images that a Dockerfile begins with are there: those of the registry, and only where it cannot be asked stand-ins
 * of the same names, a Debian with Node and npm.
 * @param folder where stand-ins are made
 * @returns what is there; `stand-in` if any of them is one
 * @throws LocalError `BASE_IMAGE.UNREACHABLE`, `BASE_IMAGE.OTHER_NODE`
 */
export const provideBaseImages = async (
  engine: Engine,
  dockerfile: string,
  folder: string,
  say: (line: string) => void,
): Promise<BaseImages> => {
  const missing: string[] = [];
  for (const name of baseImagesOf(dockerfile))
    if (!(await engine.succeeds('pull', '--quiet', name))) missing.push(name);
  if (missing.length === 0) return 'registry';
  if (!engine.isOwn) throw imageError('BASE_IMAGE.UNREACHABLE', `${missing.join(' and ')} cannot be pulled.`);
  await provideStandIns(engine, missing, folder, say);
  return 'stand-in';
};

/** The images of a Dockerfile's FROM lines that are no stage of its own, in their order. */
export const baseImagesOf = (dockerfile: string): Set<string> => {
  const stages = [...dockerfile.matchAll(/^FROM (?:--\S+ )*(\S+)(?: AS (\S+))?/gim)];
  const names = new Set(stages.map(([, , stage]) => stage));
  return new Set(stages.flatMap(([, image]) => (image && !names.has(image) ? [image] : [])));
};

const provideStandIns = async (
  engine: Engine,
  names: readonly string[],
  folder: string,
  say: (line: string) => void,
): Promise<void> => {
  for (const name of names) {
    const [, major] = /:(\d+)/.exec(name) ?? [];
    if (!process.version.startsWith(`v${major}.`))
      throw imageError(
        'BASE_IMAGE.OTHER_NODE',
        `A stand-in for ${name} cannot be made of ${process.version}.`,
      );
  }
  const [registry, caFile] = await Promise.all(
    ['registry', 'cafile'].map(async (key) => (await output('npm', ['config', 'get', key])).trim()),
  );
  const { VERSION_CODENAME: suite = '' } = osRelease(await readFile('/etc/os-release', 'utf8'));
  // How this machine reaches the registry of npm, the container has to.
  const certificates = await readFile(caFile && caFile !== 'null' ? caFile : CA_FILE);
  const madeOf = createHash('sha256')
    .update(JSON.stringify([process.version, suite, NPM, registry]))
    .update(certificates)
    .digest('hex');
  const format = `{{index .Config.Labels "${LABEL}"}}`;
  const made = await Promise.all(
    names.map((name) => engine.docker('image', 'inspect', '--format', format, name).catch(() => '')),
  );
  if (made.every((label) => label === madeOf)) return;

  say(`Making stand-ins for ${names.join(' and ')} …`);
  const root = join(folder, 'stand-in');
  const archive = `${root}.tar`;
  await rm(root, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    await output('debootstrap', ['--variant=minbase', '--include=ca-certificates', suite, root], {
      timeoutS: 900,
    });
    await copyFile(process.execPath, join(root, 'usr/local/bin/node'));
    await output('npm', ['install', '--silent', '--global', '--prefix', join(root, 'usr/local'), NPM]);
    await writeFile(join(root, CA_FILE), certificates);
    await writeFile(join(root, 'root/.npmrc'), `registry=${registry}\n`);
    const left = ['./var/cache/apt', './var/lib/apt/lists', './usr/share/doc', './usr/share/locale', './dev'];
    const excluded = left.map((path) => `--exclude=${path}`);
    await output('tar', ['--directory', root, ...excluded, '--create', '--file', archive, '.']);
    const settings = [`ENV NODE_EXTRA_CA_CERTS=${CA_FILE}`, `LABEL ${LABEL}=${madeOf}`];
    const changes = settings.flatMap((setting) => ['--change', setting]);
    for (const name of names) await engine.docker('import', ...changes, archive, name);
  } finally {
    await Promise.all([root, archive].map((path) => rm(path, { recursive: true, force: true })));
  }
};

const osRelease = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(/^(\w+)="?([^"\n]*)"?$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
