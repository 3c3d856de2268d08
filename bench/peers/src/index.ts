export { electroQuery, rawQuery, type TransactionQuery } from './transaction-queries.ts';
