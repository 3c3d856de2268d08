import { createRequestSigner } from '@notify/request-signing';
import type { Target } from './target.ts';

/** Signs requests to the target's query API as the session asks AWS, where NOTIFY_API_AUTHORIZATION says that it takes no others. */
export const signerOf = ({
  kind,
  clientConfig: { region, credentials },
}: Target): ((request: Request) => Request | Promise<Request>) =>
  process.env['NOTIFY_API_AUTHORIZATION'] === 'AWS_IAM'
    ? createRequestSigner({
        ...(credentials && { credentials }),
        // On AWS the API's name says its region.
        ...(region && kind !== 'aws' && { region }),
      })
    : (request) => request;
