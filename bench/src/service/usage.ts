/** What a process has used and holds. */
export interface Usage {
  /** CPU of all its threads since it began, in microseconds. */
  readonly cpuMicroseconds: number;
  readonly residentMegabytes: number;
}

/** Loaded into a process before its program: tells its parent what it uses, as often as it is asked, and ends with it. */
process.once('disconnect', () => process.exit());
process.on('message', (message) => {
  if (message !== 'usage') return;
  const { user, system } = process.cpuUsage();
  process.send?.({
    cpuMicroseconds: user + system,
    residentMegabytes: process.memoryUsage.rss() / 1_048_576,
  } satisfies Usage);
});
