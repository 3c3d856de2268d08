import fc from 'fast-check';
import { type HostileRequest, hostileRequests } from './hostile-request.ts';
import { judge, type Verdict } from './judge.ts';
import { RAW_REQUESTS } from './raw-http.ts';
import { asCurl, send, sendRaw } from './send.ts';
import type { Door, Stage } from './stage.ts';
import type { Tally } from './tally.ts';

/** More would not be faster, only later: what all of them need is the processor. */
const IN_FLIGHT = 8;
/** Requests are made so many at a time, each lot from a seed of its own, so that any one can be made again alone. */
const LOT = 250;

interface Case {
  readonly number: number;
  readonly door: Door;
  readonly request: HostileRequest;
}

/** The requests of a seed, in their order, without end. */
function* casesOf(doors: readonly Door[], seed: number): Generator<Case> {
  const arbitraries = doors.map(({ api }) => hostileRequests(api.operations));
  for (let lot = 0; ; lot++) {
    const door = doors[lot % doors.length] as Door;
    const arbitrary = arbitraries[lot % doors.length] as fc.Arbitrary<HostileRequest>;
    const requests = fc.sample(arbitrary, { seed: seed + lot, numRuns: LOT });
    for (const [index, request] of requests.entries()) yield { number: lot * LOT + index, door, request };
  }
}

/**
 * Sends requests from hostile corpora through every door and judges each answer.
 * @param count how many
 * @param only the number of the one case that is to be sent
 */
export const fuzzRequests = async (
  { doors }: Stage,
  tally: Tally,
  { seed, count, only }: { seed: number; count: number; only?: number | undefined },
): Promise<void> => {
  const cases = casesOf(doors, seed);
  const next = (): Case | undefined => {
    // Not by for…of, which closes the generator behind it at the first return.
    for (let taken = cases.next(); !taken.done; taken = cases.next()) {
      const { number } = taken.value;
      if (number >= (only === undefined ? count : only + 1)) return undefined;
      if (only === undefined || number === only) return taken.value;
    }
    return undefined;
  };
  const late: Case[] = [];
  const work = async (): Promise<void> => {
    for (let taken = next(); taken !== undefined; taken = next()) {
      tally.requests++;
      const { verdict, isLate } = await ask(taken);
      if (isLate) late.push(taken);
      else report(taken, verdict);
    }
  };
  const report = (taken: Case, verdict: Verdict): void => {
    const { number, door, request } = taken;
    const name = `${request.method} ${request.target.slice(0, 100)} at the ${door.name}`;
    tally.add(verdict, name, [`pnpm fuzz --seed ${seed} --case ${number}`, asCurl(door.base, request)]);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  // A machine that is busy is late with any request; one that is late by itself is late alone, too.
  for (const taken of late) report(taken, (await ask(taken)).verdict);
};

/** Whether an answer says that it was not had in time. */
const LATE = new Set([503, 504]);

const ask = async ({ door, request }: Case): Promise<{ verdict: Verdict; isLate: boolean }> => {
  try {
    const answer = await send(door.base, request);
    // HEAD is answered as GET is, without a body.
    const verdict = judge(door.api, request.operation, answer, request.method === 'HEAD');
    return { verdict, isLate: verdict.length > 0 && LATE.has(answer.status) };
  } catch (error) {
    return { verdict: [['server_errors', `no whole answer: ${error}`]], isLate: true };
  }
};

/** Sends what is hardly HTTP through every door: it is refused in so many words, or the line is cut. */
export const fuzzRawHttp = async ({ doors }: Stage, tally: Tally): Promise<void> => {
  for (const door of doors) {
    const { pathname } = new URL(door.base);
    const path = `${pathname === '/' ? '' : pathname}${door.file === 'users' ? '/list' : '/fail'}`;
    for (const [name, bytes] of RAW_REQUESTS(path)) {
      tally.requests++;
      const replay = [
        `printf ${JSON.stringify(bytes.slice(0, 300))} | nc ${new URL(door.base).host.replace(':', ' ')}`,
      ];
      try {
        const answer = await sendRaw(door.base, bytes);
        if (answer !== undefined)
          tally.add(judge(door.api, undefined, answer), `${name} at the ${door.name}`, replay);
      } catch (error) {
        tally.add([['server_errors', `${error}`]], `${name} at the ${door.name}`, replay);
      }
    }
  }
};
