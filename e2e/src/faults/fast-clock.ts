/**
 * Source text to run before a program, in whose thread time then goes so many times as fast: clocks, and the timers that wait for them. The
 * program's own limits and patience hold, and take less of the time of whoever waits for them.
 */
export const fastClock = (speed: number): string => `
{
  const timers = process.getBuiltinModule('node:timers');
  const promises = process.getBuiltinModule('node:timers/promises');
  const shortened = (original, at) => (...args) => {
    if (typeof args[at] === 'number') args[at] /= ${speed};
    return original(...args);
  };
  for (const name of ['setTimeout', 'setInterval']) {
    const original = timers[name];
    globalThis[name] = timers[name] = Object.defineProperties(shortened(original, 1), Object.getOwnPropertyDescriptors(original));
    promises[name] = shortened(promises[name], 0);
  }
  AbortSignal.timeout = shortened(AbortSignal.timeout.bind(AbortSignal), 0);
  for (const [clock, from] of [[Date, Date.now()], [performance, performance.now()]]) {
    const now = clock.now.bind(clock);
    clock.now = () => from + (now() - from) * ${speed};
  }
  process.getBuiltinModule('node:module').syncBuiltinESMExports();
}
`;
