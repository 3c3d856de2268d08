import { readFileSync } from 'node:fs';
import type { Resource } from '@notify/toolchain';
import { StepFailed } from './step.ts';

/** Each alarm leads to an entry of the runbook, and each entry is led to. Gives how many. */
export const checkRunbook = (resources: readonly Resource[], file: string): string => {
  const alarms = resources.filter(({ type }) => /^aws_cloudwatch_(metric|composite)_alarm$/.test(type));
  const anchors = new Set(
    alarms.map(
      ({ values }) => /docs\/runbook\.md#([a-z-]+)$/.exec(String(values['alarm_description']))?.[1] ?? '',
    ),
  );
  const [, section = ''] = readFileSync(file, 'utf8').split(/^## Alarms$/m);
  const entries = new Set(
    [...(section.split(/^## /m)[0] ?? '').matchAll(/^### ([a-z-]+)$/gm)].map(([, entry]) => entry ?? ''),
  );
  const without = [...anchors].filter((anchor) => !entries.has(anchor));
  const idle = [...entries].filter((entry) => !anchors.has(entry));
  if (without.length > 0 || idle.length > 0) {
    throw new StepFailed(
      'the runbook and the alarms are not equal',
      [
        ...without.map((anchor) => `no entry for ${anchor}`),
        ...idle.map((entry) => `no alarm leads to ${entry}`),
      ].join('\n'),
    );
  }
  return `alarms=${alarms.length} entries=${entries.size}`;
};
