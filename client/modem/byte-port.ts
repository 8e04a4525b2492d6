/** The wire to a modem: bytes out, bytes in. A serial port and the virtual modem both implement it. */

/** Told what happens on the port. Neither call may throw; both may come inside any other call's turn. */
export interface PortListener {
  /** Bytes as they came, in any segmentation. The chunk is the listener's to keep. */
  onBytes(chunk: Uint8Array): void;
  /** The port is gone, once, and nothing follows. The reason is a sentence for the operator. */
  onClosed(reason: string): void;
}

/**
 * One open port with one listener. Obligations of an implementation: writes keep their order and are
 * never interleaved; nothing received is lost between opening and `listen` (it is kept and delivered);
 * after `close` nothing more is delivered but `onClosed`.
 */
export interface BytePort {
  /** For messages: `/dev/ttyUSB0`, `virtual SIM800`. */
  readonly name: string;
  /** Resolves when the port has taken the bytes over; rejects only when the port is closed. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when everything written has left for the modem. */
  drain(): Promise<void>;
  /** Replaces the listener. */
  listen(listener: PortListener): void;
  /** Idempotent; resolves when the port is free for others. */
  close(): Promise<void>;
}
