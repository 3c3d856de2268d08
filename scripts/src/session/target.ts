import { LOCAL_AWS } from '@notify/dynamodb';
import { NotifyError } from './notify-error.ts';

export interface Target {
  readonly kind: 'embedded' | 'local' | 'aws';
  /** As a person would name it. */
  readonly name: string;
  /** For every AWS client; what is absent comes from the SDK's own chain. */
  readonly clientConfig: {
    readonly endpoint?: string;
    readonly region?: string;
    readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** The base URL of the query API, where it is known. */
  readonly apiUrl: string | undefined;
}

export interface TargetOptions {
  /** AWS, with whatever credentials its SDK finds. */
  readonly aws?: boolean | undefined;
  readonly endpointUrl?: string | undefined;
  readonly region?: string | undefined;
  readonly apiUrl?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;
/** Who answers at an endpoint: the edition in its health, or undefined when nobody does. */
export type AskEdition = (endpoint: string) => Promise<string | undefined>;

const EMBEDDED_URL = 'http://127.0.0.1:4566';

/**
 * Where a command works: where the options or the usual AWS variables say; when they say nothing, the stack on this machine, if one
 * runs. AWS is never assumed: it takes a region together with real credentials, or with being told so, for the role of an instance names
 * itself nowhere.
 * @throws NotifyError `TARGET.NONE` or `INPUT.INVALID`
 */
export const findTarget = async (
  options: TargetOptions,
  env: Environment,
  askEdition: AskEdition = editionAt,
): Promise<Target> => {
  const region = options.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'];
  const apiUrl = options.apiUrl ?? env['NOTIFY_API_URL'];
  const given = options.endpointUrl ?? env['AWS_ENDPOINT_URL_DYNAMODB'] ?? env['AWS_ENDPOINT_URL'];
  if (options.aws || isAskedFor(env)) {
    if (region === undefined) throw new NotifyError('TARGET.NONE', 'AWS is asked for without a region.');
    const endpoint = given && withoutSlash(given);
    const clientConfig = { region, ...(endpoint && { endpoint }) };
    return {
      kind: 'aws',
      name: `AWS, region ${region}${endpoint ? `, at ${endpoint}` : ''}`,
      clientConfig,
      apiUrl,
    };
  }
  if (!given && region !== undefined && namesRealCredentials(env)) {
    return { kind: 'aws', name: `AWS, region ${region}`, clientConfig: { region }, apiUrl };
  }
  const endpoint = withoutSlash(given ?? EMBEDDED_URL);
  const edition = isLoopback(endpoint) ? await askEdition(endpoint) : undefined;
  if (!given && edition === undefined) {
    throw new NotifyError('TARGET.NONE', `Nothing is configured, and no stack answers at ${EMBEDDED_URL}.`);
  }
  const found = given ? '' : ', found as nothing else is configured';
  return {
    kind: edition === 'embedded' ? 'embedded' : isLoopback(endpoint) ? 'local' : 'aws',
    name: edition === 'embedded' ? `the embedded stack at ${endpoint}${found}` : `${endpoint}${found}`,
    clientConfig: {
      endpoint,
      ...(isLoopback(endpoint)
        ? {
            region: region ?? LOCAL_AWS.region,
            ...(env['AWS_ACCESS_KEY_ID'] ? {} : { credentials: LOCAL_AWS.credentials }),
          }
        : region === undefined
          ? {}
          : { region }),
    },
    apiUrl:
      withoutSlash(apiUrl ?? (edition === 'embedded' ? `${endpoint}/restapis/local/dev` : '')) || undefined,
  };
};

const isAskedFor = ({ NOTIFY_TARGET: target }: Environment): boolean => {
  if (target === undefined || target === 'aws') return target === 'aws';
  throw new NotifyError('INPUT.INVALID', `NOTIFY_TARGET can be aws, and not ${target}.`);
};

/** `test` and its like, which local stacks are content with, are no sign of AWS. */
const namesRealCredentials = (env: Environment): boolean =>
  /^A[A-Z0-9]{15,}$/.test(env['AWS_ACCESS_KEY_ID'] ?? '') || SOURCES.some((name) => env[name]);

/** A profile (SSO, a role), a web identity, ECS, and CloudShell or EKS. */
const SOURCES = [
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

const isLoopback = (endpoint: string): boolean =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|.*\.localhost\.localstack\.cloud)$/.test(hostOf(endpoint));

const hostOf = (endpoint: string): string => {
  try {
    return new URL(endpoint).hostname;
  } catch (error) {
    throw new NotifyError('INPUT.INVALID', `${endpoint} is no URL.`, error);
  }
};

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

const editionAt: AskEdition = async (endpoint) => {
  for (const path of ['/health', '/_localstack/health']) {
    try {
      const response = await fetch(`${endpoint}${path}`, { signal: AbortSignal.timeout(2_000) });
      const health = (await response.json()) as { edition?: unknown };
      if (typeof health.edition === 'string') return health.edition;
    } catch {
      // Whoever does not answer in JSON is not a stack.
    }
  }
  return undefined;
};
