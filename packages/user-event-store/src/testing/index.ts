export { keyStoreContract } from './key-store.contract.ts';
export { LOCAL_MASTER_KEY } from './local-master-key.ts';
