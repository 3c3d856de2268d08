/** The name of a master key for tests; nothing here is a secret. */
export const LOCAL_MASTER_KEY = `local:${Buffer.alloc(32, 7).toString('base64')}`;
