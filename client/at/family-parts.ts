/** Small things that the commands of all families are made of. */
import { type AtAnswer, type AtCommand, isErrorLine, plainEnding } from './at-command.ts';
import { AtError } from './at-error.ts';

/** An IPv4 address on a line of its own. */
export const ADDRESS: RegExp = /^\d{1,3}(\.\d{1,3}){3}$/;

/** Done at this very line, which needs no OK. */
export const endingAt =
  (done: string): AtCommand['ending'] =>
  (line) =>
    line === done ? 'done' : plainEnding(line);

/**
 * For commands with both an OK and a result as `+CIPOPEN: 0,0`, in whichever order the firmware has them:
 * done at OK and result 0. At any other result the command has failed, or is cut where an ERROR may follow.
 */
export const endingAtResult = (
  prefix: string,
  isGood: (result: string) => boolean = (result) => result === '0',
): AtCommand['ending'] => {
  let accepted = false;
  let told = false;
  return (line) => {
    if (line.startsWith(prefix)) {
      told = isGood(line.slice(prefix.length).trim());
      if (!told) {
        return accepted ? 'failed' : 'cut';
      }
    }
    accepted ||= line === 'OK';
    if (accepted && told) {
      return 'done';
    }
    return isErrorLine(line) ? 'failed' : undefined;
  };
};

/** For sends that end in `SEND OK` or `SEND FAIL`, and are cut short by the notice that the link closed. */
export const sendEnding =
  (closed: string): AtCommand['ending'] =>
  (line) => {
    if (line === 'SEND OK' || line === 'SEND FAIL') {
      return 'done';
    }
    if (line === closed) {
      return 'cut';
    }
    return plainEnding(line) === 'failed' ? 'failed' : undefined;
  };

/** The first group of the pattern as a number; 0 where the line is another. */
export const numberAfter = (line: string | undefined, pattern: RegExp): number =>
  Number(pattern.exec(line ?? '')?.[1] ?? 0);

/** The raw data of an answer; throws where there is none: its header was garbled and bytes of the stream are lost. */
export const blockOf = (
  command: string,
  { data, lines }: AtAnswer,
): { readonly header: string; readonly bytes: Uint8Array } => {
  const block = data.at(-1);
  if (block === undefined) {
    throw new AtError('socket_closed', command, lines.join(' / '));
  }
  return block;
};

/** For settings that only some firmware knows. */
export const ignoringRefusal = async (act: () => Promise<unknown>): Promise<void> => {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof AtError) || error.code !== 'modem_refused') {
      throw error;
    }
  }
};
