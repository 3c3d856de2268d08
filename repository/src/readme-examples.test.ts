import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** The examples in TypeScript of all packages' READMEs, each as a file that would lie beside its README. */
const examples = new Map(
  globSync('{{packages,localstack}/*,bench,e2e,fuzz,proof,scripts,terraform,repository}/README.md', {
    cwd: ROOT,
  }).flatMap((page) =>
    [...readFileSync(join(ROOT, page), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(
      ([, code = ''], index): [string, string] => [
        join(ROOT, dirname(page), `README.${index}.ts`),
        `${code}\nexport {};\n`,
      ],
    ),
  ),
);

it('the examples of the READMEs are right by their types', () => {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(ROOT, 'tsconfig.base.json'), ts.sys.readFile).config,
    ts.sys,
    ROOT,
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (file) => examples.has(file) || fileExists(file);
  host.readFile = (file) => examples.get(file) ?? readFile(file);
  const program = ts.createProgram([...examples.keys()], { ...options, noUnusedLocals: false }, host);
  const wrong = [...examples.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => `${file}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
  });
  expect(examples.size).toBeGreaterThan(8);
  expect(wrong).toEqual([]);
}, 120_000);
