/**
 * Loaded before a program whose clock is to be stepped: `Date` is off by what the parent last said, in this process and in its worker
 * threads. Time that is measured (`performance.now`, timers) goes on as it does on a machine whose clock is set.
 */
import { isMainThread } from 'node:worker_threads';

export interface ClockStep {
  readonly clock_offset_ms: number;
}

const RealDate = Date;
let offsetMs = 0;

class SteppedDate extends RealDate {
  constructor(...given: ConstructorParameters<DateConstructor> | []) {
    if (given.length === 0) super(SteppedDate.now());
    else super(...given);
  }

  static override now(): number {
    return RealDate.now() + offsetMs;
  }
}
globalThis.Date = SteppedDate as DateConstructor;

const channel = new BroadcastChannel('clock');
channel.onmessage = ({ data }: MessageEvent) => {
  ({ clock_offset_ms: offsetMs } = data as ClockStep);
};
channel.unref();
if (isMainThread) {
  process.on('message', (step: ClockStep) => {
    offsetMs = step.clock_offset_ms;
    channel.postMessage(step);
  });
  process.channel?.unref();
}
