export interface Turn {
  readonly command: string;
  readonly output: readonly string[];
}

const LINE_PX = 20;
const LEFT_PX = 20;
const TOP_PX = 56;
const WIDTH_PX = 880;
/** How long a command is typed, and how long its answer stands before the next. */
const TYPED_S = 1.2;
const READ_S = 2.2;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A terminal in which commands are typed and answered, as an SVG that plays by itself, without a script, once. */
export const terminalSvg = (turns: readonly Turn[]): string => {
  const lines: string[] = [];
  let at = 0.4;
  const line = (text: string, className: string) => {
    const y = TOP_PX + lines.length * LINE_PX;
    const delay = `style="animation-delay:${at.toFixed(1)}s"`;
    lines.push(
      `<text x="${LEFT_PX}" y="${y}" class="${className}" ${delay} xml:space="preserve">${text}</text>`,
    );
  };
  for (const { command, output } of turns) {
    line(`<tspan class="prompt">$</tspan> ${escaped(command)}`, 'command');
    at += TYPED_S;
    for (const text of output) line(escaped(text), 'output');
    at += READ_S;
    line('', 'output');
  }
  const height = TOP_PX + lines.length * LINE_PX;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH_PX} ${height}" role="img" aria-label="A terminal: ${escaped(
    turns
      .map(({ command }) => command)
      .join('; ')
      .replaceAll('"', "'"),
  )}">
<style>
text { font: 13.5px ui-monospace, Menlo, Consolas, monospace; fill: #c9d1d9; opacity: 0; animation: appear 0.3s forwards; }
.command { fill: #ffffff; }
.prompt { fill: #7ee787; }
@keyframes appear { to { opacity: 1; } }
@media (prefers-reduced-motion: reduce) { text { opacity: 1; animation: none; } }
</style>
<rect width="${WIDTH_PX}" height="${height}" rx="10" fill="#0d1117"/>
<circle cx="22" cy="20" r="6" fill="#ff5f57"/><circle cx="42" cy="20" r="6" fill="#febc2e"/><circle cx="62" cy="20" r="6" fill="#28c840"/>
${lines.join('\n')}
</svg>
`;
};
