/** Loaded before the query service: tells who asks what it holds on to, once everything else has been collected. */
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface HeldMemory {
  /** In V8's heap and outside of it. What the C library keeps for later, as it likes, is not among them. */
  readonly held_bytes: number;
}

/** What one collection frees may have held on to more, by a finalizer. */
const COLLECTIONS = 6;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

process.on('message', async () => {
  for (let i = 0; i < COLLECTIONS; i++) {
    collect();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ held_bytes: heapUsed + external } satisfies HeldMemory);
});
process.channel?.unref();
