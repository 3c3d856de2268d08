import { existsSync, type FSWatcher, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildLambda } from '@notify/lambda-build';
import type { LambdaFunction } from './lambda/lambda-function.ts';
import type { Log } from './log.ts';

/** An editor writes a file in several steps; a build waits until it has been quiet for so long. */
const QUIET_MS = 100;

/**
 * Rebuilds and reloads a function when its source or that of a workspace package it is built from changes. A build that fails
 * leaves the function as it was.
 * @returns what ends the watching
 */
export const watchFunctions = (
  packagesDir: string,
  functions: Iterable<LambdaFunction>,
  log: Log,
): (() => void) => {
  const watchers: FSWatcher[] = [];
  for (const fn of functions) {
    const rebuild = coalesced(() => rebuildFunction(packagesDir, fn, log));
    for (const name of builtFrom(packagesDir, fn.name)) {
      const source = join(packagesDir, name, 'src');
      if (existsSync(source)) watchers.push(watch(source, { recursive: true }, rebuild));
    }
  }
  return () => {
    for (const watcher of watchers) watcher.close();
  };
};

const rebuildFunction = async (packagesDir: string, fn: LambdaFunction, log: Log): Promise<void> => {
  const startedAt = performance.now();
  try {
    const { bundleBytes } = await buildLambda(join(packagesDir, fn.name));
    fn.reload();
    const ms = Math.round(performance.now() - startedAt);
    log('watch', `${fn.name} rebuilt and reloaded in ${ms} ms (${Math.round(bundleBytes / 1000)} kB)`);
  } catch (error) {
    log(
      'watch',
      `${fn.name} does not build, the old one goes on: ${error instanceof Error ? error.message : error}`,
    );
  }
};

/** Runs the action once per burst of calls, and never twice at a time: a call during a run brings one more run. */
const coalesced = (action: () => Promise<void>): (() => void) => {
  let wanted = 0;
  let running = false;
  const run = async () => {
    running = true;
    for (let seen = -1; seen !== wanted; ) {
      seen = wanted;
      await delay(QUIET_MS);
      if (seen === wanted) await action();
    }
    running = false;
  };
  return () => {
    wanted += 1;
    if (!running) void run();
  };
};

/** The package itself and every workspace package it depends on, through any number of others. */
const builtFrom = (packagesDir: string, name: string, seen = new Set<string>()): Set<string> => {
  const manifest = join(packagesDir, name, 'package.json');
  if (seen.has(name) || !existsSync(manifest)) return seen;
  seen.add(name);
  const { dependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  for (const [dependency, version] of Object.entries(dependencies)) {
    if (version.startsWith('workspace:')) builtFrom(packagesDir, dependency.replace('@notify/', ''), seen);
  }
  return seen;
};
