/** What the parent, the servers and the load generator say to each other over IPC. */

export type ServerKind = 'bridge' | 'guardedBridge' | 'echo' | 'broker';

/** From a server. */
export type ServerMessage =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'usage'; readonly cpuUs: number; readonly rssBytes: number };

/** To a server. */
export interface UsageRequest {
  readonly kind: 'usage';
}

/** What a client sends and expects; texts are hex. */
export interface ClientScript {
  /** Sent once after the connection is there. */
  readonly opening: string;
  readonly openingReplyBytes: number;
  /** Sent again each time that its answer is complete. */
  readonly request: string;
  readonly replyBytes: number;
  /** Every answer has this byte there: a BUSY or a FAULT is no answer. */
  readonly expect: { readonly at: number; readonly byte: number };
}

/** To the load generator. */
export type LoadRequest =
  | {
      readonly kind: 'open';
      readonly group: string;
      readonly port: number;
      readonly scripts: readonly ClientScript[];
    }
  | { readonly kind: 'run'; readonly group: string; readonly milliseconds: number }
  | { readonly kind: 'close'; readonly group: string };

/** From the load generator. */
export type LoadMessage =
  | { readonly kind: 'opened' }
  | { readonly kind: 'ran'; readonly answers: number }
  | { readonly kind: 'closed' }
  | { readonly kind: 'failed'; readonly reason: string };
