import { startEmbeddedStack } from '@notify/embedded';
import { buildPackages } from '@notify/toolchain';
import type { TestProject } from 'vitest/node';
import { readTarget, type Target, targetOf } from '../target.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    target: Target;
  }
}

/** Finds the stage to look at; starts an embedded stack of its own, on free ports, when none is named. */
export default async ({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> => {
  const target = readTarget(process.env);
  if (target) {
    provide('target', target);
    return undefined;
  }
  await buildPackages((line) => process.stdout.write(`${line}\n`));
  const stack = await startEmbeddedStack({ awsPort: 0, servicePort: 0, logLevel: 'ERROR', log: () => {} });
  provide('target', targetOf(stack));
  return () => stack.stop();
};
