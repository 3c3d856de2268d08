export { leakIn, privateTextIn } from './leaks.ts';
