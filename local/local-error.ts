/** What can go wrong when the local system starts or stops, as a code, a sentence, and what to do about it. */

export type LocalErrorCode =
  | 'host_unsupported'
  | 'node_too_old'
  | 'already_running'
  | 'not_running'
  | 'port_taken'
  | 'synthesis_failed'
  | 'template_unsupported'
  | 'process_failed'
  | 'sale_failed'
  | 'bind_invalid'
  | 'usage';

/** Shown to the person at the terminal as it is: it names no secret. */
export class LocalError extends Error {
  override readonly name = 'LocalError';
  readonly code: LocalErrorCode;
  /** One sentence: what to do. */
  readonly advice: string;

  constructor(code: LocalErrorCode, message: string, advice: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.advice = advice;
  }
}
