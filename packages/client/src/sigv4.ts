export { createRequestSigner, type SignerOptions } from '@notify/request-signing';
