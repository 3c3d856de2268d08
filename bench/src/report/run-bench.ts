import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Figures, figuresOf } from './figures.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

/**
 * One bench in a process of its own, whose output is shown as it comes.
 *
 * @param args its name and options
 * @throws Error when it prints no figures
 */
export const runBench = async (args: readonly string[]): Promise<Figures> => {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const figures = figuresOf(output);
  if (figures.size === 0) throw new Error(`bench ${args.join(' ')} ended with ${code} and gave no figures.`);
  return figures;
};
