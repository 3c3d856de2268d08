import { pathToFileURL } from 'node:url';
import type { startEmbeddedStack } from '@notify/embedded';

/** Says where the stack of a checkout is, and stops it when the parent goes. */
const [folder = '.'] = process.argv.slice(2);
const { startEmbeddedStack: start } = (await import(
  `${pathToFileURL(folder)}/localstack/embedded/src/index.ts`
)) as { startEmbeddedStack: typeof startEmbeddedStack };
const stack = await start({ awsPort: 0, servicePort: 0, logLevel: 'ERROR', log: () => {} });
process.once('disconnect', async () => {
  await stack.stop();
  process.exit();
});
process.send?.({ awsUrl: stack.awsUrl, apiUrl: stack.apiUrl });
