export { billOfMaterials, thirdPartyNotices } from './bill-of-materials.ts';
export {
  BILL_FILE,
  BUNDLE_BUDGET_BYTES,
  buildLambda,
  type LambdaBuild,
  NOTICES_FILE,
} from './build-lambda.ts';
export { type Component, componentAt, componentsOf, isAllowedLicence } from './components.ts';
export { BUNDLE_ALIASES } from './stand-ins.ts';
