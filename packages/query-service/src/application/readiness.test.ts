import { describe, expect, it } from 'vitest';
import { Readiness, type Upstream } from './readiness.ts';

const upstream = (name: string, state: { down?: boolean } = {}): Upstream & { probes: number } => ({
  name,
  probes: 0,
  async probe() {
    this.probes++;
    if (state.down) throw new Error('http://10.0.0.1 is down');
  },
});

describe('Readiness', () => {
  it('names the upstreams that are there', async () => {
    await expect(new Readiness([upstream('a'), upstream('b')]).check()).resolves.toEqual(['a', 'b']);
  });

  it('names those that are not, and nothing else', async () => {
    const readiness = new Readiness([
      upstream('a', { down: true }),
      upstream('b'),
      upstream('c', { down: true }),
    ]);
    await expect(readiness.check()).rejects.toMatchObject({
      code: 'UPSTREAM.UNAVAILABLE',
      detail: 'Not reachable: a, c.',
    });
  });

  it('probes once for all who ask within a second, and again after it', async () => {
    let now = 0;
    const state = { down: true };
    const probed = upstream('a', state);
    const readiness = new Readiness([probed], () => now);
    await Promise.allSettled([readiness.check(), readiness.check()]);
    now = 999;
    state.down = false;
    await expect(readiness.check()).rejects.toMatchObject({ code: 'UPSTREAM.UNAVAILABLE' });
    expect(probed.probes).toBe(1);
    now = 1000;
    await expect(readiness.check()).resolves.toEqual(['a']);
    expect(probed.probes).toBe(2);
  });
});
