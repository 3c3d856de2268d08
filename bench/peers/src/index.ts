export { type BareBundle, bundleBareFunction } from './bundle-bare-function.ts';
export { electroQuery, rawQuery, type TransactionQuery } from './transaction-queries.ts';
