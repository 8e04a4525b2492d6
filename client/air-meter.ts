/** Bytes on the air: payload as counted, headers as TCP/IP adds them, and what a carrier asks for both. */
import type { OnAir } from './terminal-link.ts';

/** IPv4 and TCP headers of one segment. */
const SEGMENT_HEADER_BYTES = 40;
/** SYN and SYN-ACK carry 20 bytes of options; three segments open a connection and four close it. */
const CONNECTION_BYTES: number = 7 * SEGMENT_HEADER_BYTES + 2 * 20;
const BYTES_PER_MB = 1_000_000;

export interface AirCount {
  /** Payload. */
  readonly upBytes: number;
  readonly downBytes: number;
  /** Segments with payload, both ways. */
  readonly segments: number;
  readonly connections: number;
}

export const NO_AIR: AirCount = { upBytes: 0, downBytes: 0, segments: 0, connections: 0 };

export const airSince = (now: AirCount, before: AirCount): AirCount => ({
  upBytes: now.upBytes - before.upBytes,
  downBytes: now.downBytes - before.downBytes,
  segments: now.segments - before.segments,
  connections: now.connections - before.connections,
});

/** Payload, a header and an acknowledgement for each segment, and the opening and closing of connections. */
export const bytesWithHeaders = ({ upBytes, downBytes, segments, connections }: AirCount): number =>
  upBytes + downBytes + 2 * segments * SEGMENT_HEADER_BYTES + connections * CONNECTION_BYTES;

/** In the unit of `perMb`, a price per megabyte. */
export const costOf = (air: AirCount, perMb: number): number =>
  (bytesWithHeaders(air) * perMb) / BYTES_PER_MB;

export class AirMeter {
  #count: AirCount = NO_AIR;

  get count(): AirCount {
    return this.#count;
  }

  readonly onAir: OnAir = (direction, bytes) => {
    const { upBytes, downBytes, segments } = this.#count;
    this.#count = {
      ...this.#count,
      upBytes: upBytes + (direction === 'up' ? bytes : 0),
      downBytes: downBytes + (direction === 'down' ? bytes : 0),
      segments: segments + 1,
    };
  };

  /** One more connection was opened. */
  connected(): void {
    this.#count = { ...this.#count, connections: this.#count.connections + 1 };
  }
}
