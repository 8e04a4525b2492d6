/** Commands in step with their answers, whatever comes late, is lost, or comes from elsewhere. */
import { describe, expect, it } from 'vitest';
import { AtChannel, COMMANDS_WAITING_MAX } from '#client/at/at-channel.ts';
import { type AtAnswer, type AtCommand, FENCE_MS, plainEnding } from '#client/at/at-command.ts';
import { sim800 } from '#client/at/family-sim800.ts';
import { ManualTime, settle } from '../support/manual-time.ts';
import { ScriptedModem } from '../support/scripted-modem.ts';

const DEADLINE_MS = 5_000;

const open = (
  dialogue: string,
): {
  readonly time: ManualTime;
  readonly modem: ScriptedModem;
  readonly unsolicited: string[];
  run(text: string, rest?: Partial<AtCommand>): Promise<AtAnswer>;
} => {
  const time = new ManualTime();
  const modem = new ScriptedModem(dialogue);
  const unsolicited: string[] = [];
  const channel = new AtChannel({
    port: modem,
    grammar: sim800.grammar,
    clock: time,
    timers: time,
    onUnsolicited: (line) => unsolicited.push(line),
    onPortClosed: (reason) => unsolicited.push(reason),
    onDialogue: undefined,
  });
  const run = (text: string, rest: Partial<AtCommand> = {}): Promise<AtAnswer> =>
    channel.run({ deadlineMs: DEADLINE_MS, ending: plainEnding, ...rest, text });
  return { time, modem, unsolicited, run };
};

describe('a command that was never answered', () => {
  it('is told from the next by questions, so that its late OK ends nothing else', async () => {
    const { time, modem, run, unsolicited } = open(`
      > AT+SLOW
      > AT+CMEE?
      < OK
      < +CMEE: 1
      < OK
      > AT+NEXT
      < +NEXT: 7
      < OK`);
    const slow = run('AT+SLOW');
    const next = run('AT+NEXT', { info: /^\+NEXT/ });
    const silent = expect(slow).rejects.toMatchObject({ code: 'modem_silent', words: '' });
    await time.advance(DEADLINE_MS);
    await silent;
    expect((await next).lines).toEqual(['+NEXT: 7', 'OK']);
    expect(unsolicited).toEqual(['OK']);
    expect(modem.mismatch).toBeUndefined();
  });

  it('asks each question once, since an answer to an earlier one may be late as well', async () => {
    const { time, modem, run } = open(`
      > AT+SLOW
      > AT+CMEE?
      > AT+CSQ
      < +CMEE: 1
      < OK
      < +CSQ: 20,0
      < OK
      > AT+NEXT
      < OK`);
    const slow = expect(run('AT+SLOW')).rejects.toMatchObject({ code: 'modem_silent' });
    const next = run('AT+NEXT');
    await time.advance(DEADLINE_MS + FENCE_MS);
    await slow;
    expect((await next).lines).toEqual(['OK']);
    expect(modem.mismatch).toBeUndefined();
  });

  it('leaves the next command silent too where no question is answered', async () => {
    const { time, run } = open('> AT+SLOW\n> AT+CMEE?\n> AT+CSQ\n> AT+CREG?');
    const slow = expect(run('AT+SLOW')).rejects.toMatchObject({ code: 'modem_silent' });
    const next = expect(run('AT+NEXT')).rejects.toMatchObject({
      code: 'modem_silent',
      command: 'AT+NEXT',
    });
    await time.advance(DEADLINE_MS + 3 * FENCE_MS);
    await slow;
    await next;
  });

  it('owes its payload, which carriage returns fill', async () => {
    const { time, modem, run } = open(`
      > AT+CIPSEND=0,4
      >> "\\r\\r\\r\\r"
      < 0, SEND OK
      > AT+CMEE?
      < +CMEE: 1
      < OK
      > AT+NEXT
      < OK`);
    const payload = Buffer.from('abcd');
    const sent = expect(run('AT+CIPSEND=0,4', { payload })).rejects.toMatchObject({
      code: 'modem_silent',
    });
    const next = run('AT+NEXT');
    await time.advance(DEADLINE_MS);
    await sent;
    await next;
    expect(modem.mismatch).toBeUndefined();
  });
});

describe('a command that news from elsewhere cut short', () => {
  it('is followed by questions, and the news are handed on', async () => {
    const { modem, run, unsolicited } = open(`
      > AT+CIPSEND=0,1
      < 0, CLOSED
      >> "\\r"
      > AT+CMEE?
      < ERROR
      < +CMEE: 1
      < OK
      > AT+NEXT
      < OK`);
    const payload = Buffer.from('x');
    const ending: AtCommand['ending'] = (line) => (line === '0, CLOSED' ? 'cut' : undefined);
    await expect(run('AT+CIPSEND=0,1', { payload, ending })).rejects.toMatchObject({
      code: 'modem_refused',
      words: '0, CLOSED',
    });
    await run('AT+NEXT');
    expect(unsolicited).toEqual(['0, CLOSED', 'ERROR']);
    expect(modem.mismatch).toBeUndefined();
  });
});

describe('the channel', () => {
  it(`lets ${COMMANDS_WAITING_MAX} commands wait and refuses the next`, async () => {
    const { run } = open('> AT');
    const waiting = Array.from({ length: COMMANDS_WAITING_MAX }, () => run('AT'));
    await expect(run('AT')).rejects.toMatchObject({ code: 'queue_full' });
    expect(waiting).toHaveLength(COMMANDS_WAITING_MAX);
  });

  it('rejects everything once the port is closed', async () => {
    const { modem, run, unsolicited } = open('> AT+FIRST');
    const first = expect(run('AT+FIRST')).rejects.toMatchObject({ code: 'port_closed' });
    const second = expect(run('AT+SECOND')).rejects.toMatchObject({ code: 'port_closed' });
    await settle();
    await modem.close();
    await first;
    await second;
    expect(unsolicited).toEqual(['the dialogue was closed']);
  });
});
