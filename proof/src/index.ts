export { runProof } from './program.ts';
export { Counterexample, findCounterexample, type SearchOptions, type Stage } from './search.ts';
