/** What the host and the thread of a function say to each other. */

export interface SandboxData {
  readonly bundleUrl: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
}

export interface InvocationMessage {
  readonly requestId: string;
  /** The event as JSON text, so that a function can never share an object with its caller. */
  readonly event: string;
  /** When the function is killed, in ms since 1970. */
  readonly deadline: number;
}

export type SandboxMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'init-error'; readonly payload: string }
  | { readonly type: 'result'; readonly payload: string }
  | { readonly type: 'error'; readonly payload: string }
  | { readonly type: 'log'; readonly text: string };
