export { type BareBundle, bundleBareFunction } from './bundle-bare-function.ts';
export { CASTORE_TABLE, castoreItem, castoreUsers } from './castore-users.ts';
export { powertoolsProjection } from './powertools-projection.ts';
export {
  electroQuery,
  rawQuery,
  rawSpreadQuery,
  type SpreadRows,
  type TransactionQuery,
  toolboxQuery,
} from './transaction-queries.ts';
