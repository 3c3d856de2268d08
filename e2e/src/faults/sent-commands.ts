import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const OF_AWS = /import (?:type )?\{([^}]*)\} from '@aws-sdk\/client-[\w-]+'/g;

/** The AWS commands that the deployed code and the command line name in their sources, and that nobody has sent. */
export const unsentCommands = (root: string, sent: ReadonlySet<string>): string[] => {
  const files = globSync(['packages/*/src/**/*.ts', 'scripts/src/**/*.ts'], { cwd: root }).filter(
    (file) => !/\.(test|contract|fixture)\.ts$|\/testing\//.test(file),
  );
  const named = files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(OF_AWS)].flatMap(([, names = '']) =>
      [...names.matchAll(/\b(?:paginate(\w+)|([A-Z]\w+)Command)\b/g)].map(
        ([, paginated, command]) => paginated ?? command ?? '',
      ),
    ),
  );
  return [...new Set(named)].filter((name) => !sent.has(name)).sort();
};
