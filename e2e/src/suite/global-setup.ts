import { startEmbeddedStack } from '@notify/embedded';
import { privateTextIn } from '@notify/fuzz';
import { buildPackages } from '@notify/toolchain';
import type { TestProject } from 'vitest/node';
import { readAuthorization, readTarget, type Target, targetOf } from '../target.ts';
import { privateTexts } from './private-texts.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    target: Target;
  }
}

/**
 * Finds the stage to look at; starts an embedded stack of its own, on free ports, when none is named. When all is done, nothing of what was
 * written may stand in that stack's logs.
 */
export default async ({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> => {
  const target = readTarget(process.env);
  if (target) {
    provide('target', target);
    return undefined;
  }
  await buildPackages((line) => process.stdout.write(`${line}\n`));
  const lines: string[] = [];
  const apiAuthorization = readAuthorization(process.env) ?? 'NONE';
  const stack = await startEmbeddedStack({
    awsPort: 0,
    servicePort: 0,
    logLevel: 'INFO',
    apiAuthorization,
    log: (source, line) => lines.push(`${source}: ${line}`),
  });
  provide('target', targetOf(stack, apiAuthorization));
  return async () => {
    const secrets = await privateTexts(stack.awsUrl);
    await stack.stop();
    const told = privateTextIn(lines, secrets);
    process.stdout.write(`log lines=${lines.length} private texts=${secrets.size} told=${told.length}\n`);
    if (told.length > 0)
      throw new Error(
        `A log tells what belongs to a person:\n${told
          .map(({ secret, line }) => `${JSON.stringify(secret)} in ${line}`)
          .slice(0, 10)
          .join('\n')}`,
      );
  };
};
