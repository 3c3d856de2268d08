/** A package whose licence is not on the list of what may be shipped, and why it is used all the same. */
export interface DevelopmentTool {
  readonly licence: string;
  readonly use: string;
}

/**
 * Tools that tests and builds run and that no artifact holds. Their licences ask for more than being named, of who ships or changes them
 * or serves others with them, and nobody here does. By name, one after the other: a licence is never allowed as such. What is shipped is
 * held to the stricter list of packages/lambda-build, without an exception.
 */
export const DEVELOPMENT_TOOLS: Readonly<Record<string, DevelopmentTool>> = {
  '@cloud-copilot/iam-policy': { licence: 'AGPL-3.0-or-later', use: 'part of iam-simulate' },
  '@cloud-copilot/iam-simulate': {
    licence: 'AGPL-3.0-or-later',
    use: 'judges in tests, as IAM would, whether a role lets a function do what it does',
  },
  '@cloud-copilot/iam-utils': { licence: 'AGPL-3.0-or-later', use: 'part of iam-simulate' },
  'axe-core': { licence: 'MPL-2.0', use: 'looks in the end-to-end suite whether the console is accessible' },
  'caniuse-lite': { licence: 'CC-BY-4.0', use: 'tells the console’s build what browsers know; data' },
  lightningcss: { licence: 'MPL-2.0', use: 'minifies the console’s styles while it is built' },
  'lightningcss-*': { licence: 'MPL-2.0', use: 'the same, in the machine’s own code' },
  'rollup-plugin-dts': { licence: 'LGPL-3.0-only', use: 'puts the types of the client into one file' },
};

/** The tool that a package is; undefined when it is none. */
export const developmentTool = (name: string): DevelopmentTool | undefined => {
  const [key] = Object.keys(DEVELOPMENT_TOOLS).filter((tool) =>
    tool.endsWith('*') ? name.startsWith(tool.slice(0, -1)) : name === tool,
  );
  return key === undefined ? undefined : DEVELOPMENT_TOOLS[key];
};
