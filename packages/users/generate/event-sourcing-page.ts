import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../../', import.meta.url);

/** The page on the users, whose code samples are regions of files that tests run. */
export const PAGE_FILE = fileURLToPath(new URL('docs/event-sourcing.md', ROOT));

/** A sample: the comment that names its region, and the block behind it. */
const SAMPLE = /<!-- region (\S+)#(\S+) -->\n```ts\n[\s\S]*?```/g;

/** The text of the page with every sample as it is in its file. */
export const withRegions = (page: string): string =>
  page.replace(SAMPLE, (_, file: string, region: string) => {
    const code = regionOf(readFileSync(new URL(file, ROOT), 'utf8'), region);
    return `<!-- region ${file}#${region} -->\n\`\`\`ts\n${code}\n\`\`\``;
  });

/** The lines of a region, moved to the left margin. */
const regionOf = (text: string, region: string): string => {
  const [, body] =
    new RegExp(`// #region ${region}\\n([\\s\\S]*?)\\n *// #endregion ${region}\\n`).exec(text) ?? [];
  if (body === undefined) throw new RangeError(`There is no region ${region}.`);
  const lines = body.split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  return lines.map((line) => line.slice(Math.min(...indents))).join('\n');
};
