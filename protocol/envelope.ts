/** What crosses the queues between bridge and functions: JSON text, version 1, tolerant of new keys. */

export type Dialect = 'cp1' | 'iso8583' | 'json';

/** What a connection told of its terminal when it signed on, or what the bridge saw of it; all of it can be missing. */
export interface Told {
  readonly locale?: string;
  /** Device clock minus true time, seconds. */
  readonly clockOffsetS?: number;
  /** 0 .. 31 as AT+CSQ gives it; absent where the modem does not know. */
  readonly signal?: number;
  /** Another connection tried to sign on as this terminal since its last request. */
  readonly contested?: true;
}

/** Bridge -> function, on the request queue. */
export interface RequestEnvelope {
  readonly v: 1;
  /** Reply queue that the sending bridge leases, 0 .. 999. */
  readonly slot: number;
  /** Generation of that lease. */
  readonly fence: number;
  /** Opaque: identifies the pending request and its socket on that bridge; at most 64 characters. */
  readonly corr: string;
  readonly dialect: Dialect;
  readonly terminal: number;
  /** Region of the terminal as the bridge last read it; '' where it could not; the function checks it. */
  readonly region: string;
  /** Unix milliseconds at which this copy was complete at the bridge. */
  readonly receivedAtMs: number;
  readonly hello: Told;
  /** The frame as received (base64 on the wire). */
  readonly frame: Uint8Array;
}

/** Function -> bridge, on the reply queue of `slot`. */
export type ReplyEnvelope = {
  readonly v: 1;
  readonly fence: number;
  readonly corr: string;
} & (
  | { readonly kind: 'frame'; readonly frame: Uint8Array }
  /** The end-to-end tag was wrong: the bridge says so in a FAULT, since a reply would hand out a valid tag. */
  | { readonly kind: 'fault'; readonly code: 66; readonly sequence: number }
);
