/** A command that a page tells its reader to run. */
export interface DocumentedCommand {
  /** Where it stands in the page, from 1. */
  readonly line: number;
  /** As it stands there, on one line. */
  readonly text: string;
  /** Why no stand-in runs it, in the page's words: `(Needs AWS: <reason>)` right after the code. */
  readonly needsAws?: string;
}

const FENCE = /^```(\w*)\n([\s\S]*?)^```\n(?:\n?\(Needs AWS: ([^)]+)\))?/gm;
const INLINE = /`((?:aws|node|notify|npx|terraform) [^`]+)`(?: \(needs AWS: ([^)]+)\))?/g;

/** The commands of a page in their order: each line of its blocks of shell, and each span of code that begins with a program's name. */
export const documentedCommands = (page: string): DocumentedCommand[] => {
  const blocks: (DocumentedCommand & { readonly at: number })[] = [];
  const prose = page.replaceAll(FENCE, (whole, language: string, code: string, reason, at: number) => {
    if (language === '' || language === 'sh') {
      let offset = at + whole.indexOf('\n') + 1;
      for (const [lines] of code.matchAll(/(?:.*\\\n)*.*\n/g)) {
        const text = lines.replaceAll(/\\\n\s*/g, '').trim();
        if (text) blocks.push(toCommand(page, offset, text, reason));
        offset += lines.length;
      }
    }
    return whole.replaceAll(/[^\n]/g, ' ');
  });
  const spans = [...prose.matchAll(INLINE)].map(({ index, 1: text = '', 2: reason }) =>
    toCommand(page, index, text, reason),
  );
  return [...blocks, ...spans].sort((a, b) => a.at - b.at).map(({ at: _, ...command }) => command);
};

const toCommand = (page: string, at: number, text: string, reason: string | undefined) => ({
  at,
  line: page.slice(0, at).split('\n').length,
  text,
  ...(reason === undefined ? {} : { needsAws: reason }),
});
