/** One call of a function and how it ends. */

/** The function threw, ran into its timeout, or its sandbox ended. */
export class InvocationError extends Error {
  override readonly name = 'InvocationError';
  /** As Lambda names it: an error class, Sandbox.Timedout or Runtime.ExitError. */
  readonly errorType: string;

  constructor(errorType: string, message: string) {
    super(message);
    this.errorType = errorType;
  }
}

export interface FunctionSettings {
  readonly name: string;
  readonly arn: string;
  /** Folder of the unpacked bundle. */
  readonly folder: string;
  readonly handler: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
}
