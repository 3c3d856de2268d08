import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run, type TerraformCopy } from '@notify/toolchain';
import { isCostPageCurrent } from '../cost/cost.ts';
import { isScalePageCurrent } from '../cost/scale.ts';
import { figure, StepFailed, step } from './step.ts';

/** It works for minutes, and others beside it. */
const TEST_TIMEOUT_S = 900;

const count = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? Number.NaN);

/** The sources, and each module's contract with mocked providers. `checkov` is where its Python is. */
export const checkContracts = async (
  terraform: TerraformCopy,
  checkov: string | undefined,
): Promise<void> => {
  await step('docs/cost.md', async () => {
    if (!isCostPageCurrent()) throw new StepFailed('docs/cost.md is stale: run node terraform/cost/cost.ts');
  });
  await step('docs/scale.md', async () => {
    if (!isScalePageCurrent())
      throw new StepFailed('docs/scale.md is stale: run node terraform/cost/scale.ts');
  });
  await step('terraform fmt', () =>
    terraform.output(['fmt', '-check', '-recursive', '-diff']).then(() => undefined),
  );
  await step('terraform init', () =>
    terraform.output(['init', '-input=false', '-no-color']).then(() => undefined),
  );
  await step('terraform validate', () => terraform.output(['validate', '-no-color']).then(() => undefined));
  await step('examples', async () => {
    const examples = readdirSync(join(terraform.folder, 'examples'));
    for (const example of examples) {
      await terraform.output([`-chdir=examples/${example}`, 'init', '-input=false', '-no-color']);
      await terraform.output([`-chdir=examples/${example}`, 'validate', '-no-color']);
    }
    return `valid=${examples.length}`;
  });
  await step('terraform test', async () => {
    const { code, text } = await terraform.run(['test', '-no-color'], {}, TEST_TIMEOUT_S);
    const summary = `passed=${count(text, /(\d+) passed/)} failed=${count(text, /(\d+) failed/)}`;
    if (code !== 0) throw new StepFailed(summary, text);
    return summary;
  });
  if (checkov === undefined) return;
  await step('checkov', async () => {
    const sources = ['-d', terraform.folder, '--framework', 'terraform'];
    const { text } = await run(
      join(checkov, 'python'),
      [
        ...['-m', 'checkov.main', ...sources, '--var-file', 'environments/production.tfvars'],
        ...['--compact', '--skip-download'],
      ],
      { cwd: terraform.folder },
    );
    const [, passed, bad, skipped] =
      /Passed checks: (\d+), Failed checks: (\d+), Skipped checks: (\d+)/.exec(text) ?? [];
    const summary = `passed=${passed} skipped=${skipped} ${figure(`checkov_failed=${bad}`)}`;
    if (bad !== '0') throw new StepFailed(summary, text);
    return summary;
  });
};
