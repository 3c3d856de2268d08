/** What a bench needs of the whole system: a browser to look at it, and a writer. */
export { launchBrowser, violations, visit } from './console/browser.ts';
export { play } from './scenario.ts';
