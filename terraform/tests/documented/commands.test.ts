import { expect, it } from 'vitest';
import { documentedCommands } from './commands.ts';

it('takes the commands out of blocks and out of sentences, in their order', () => {
  const page = `First \`aws sts get-caller-identity\`, and not \`count\`:

\`\`\`sh
export A=1
terraform apply \\
  -var a=1
\`\`\`

Then \`notify check\`.
`;
  expect(documentedCommands(page)).toEqual([
    { line: 1, text: 'aws sts get-caller-identity' },
    { line: 4, text: 'export A=1' },
    { line: 5, text: 'terraform apply -var a=1' },
    { line: 9, text: 'notify check' },
  ]);
});

it('takes the reason why a command needs AWS from the page', () => {
  const page = `
\`\`\`
aws a
aws b
\`\`\`

(Needs AWS: nobody here has one.)

\`aws c\` (needs AWS: neither this), \`aws d\`
`;
  expect(documentedCommands(page).map(({ needsAws }) => needsAws)).toEqual([
    'nobody here has one.',
    'nobody here has one.',
    'neither this',
    undefined,
  ]);
});

it('leaves blocks of other languages alone', () => {
  expect(documentedCommands('```json\n{}\n```\n')).toEqual([]);
});
