import { expect, it } from 'vitest';
import { type BridgeLog, createLog, type LogFields, limitLog } from '#bridge/log.ts';

it('drops every field that is not declared', () => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line: string) => lines.push(line) });
  const fields = { port: 7010, frame: 'c510', key: 'secret' };
  log.write('info', 'listening', fields as LogFields);
  expect(lines[0]).toContain('"port":7010');
  expect(lines[0]).not.toMatch(/c510|secret/);
});

it('lets one line of a kind through in ten seconds and tells how many it left out', () => {
  const written: (LogFields | undefined)[] = [];
  const sink: BridgeLog = { write: (_level, _event, fields) => written.push(fields) };
  let nowMs = 0;
  const log = limitLog(sink, () => nowMs);
  log.write('info', 'stranger', { looksLike: 'http' });
  nowMs = 9_999;
  log.write('info', 'stranger', { looksLike: 'http' });
  log.write('info', 'stranger', { looksLike: 'ssh' });
  nowMs = 10_000;
  log.write('info', 'stranger', { looksLike: 'http' });
  expect(written).toEqual([
    { looksLike: 'http' },
    { looksLike: 'ssh' },
    { looksLike: 'http', leftOut: 1 },
  ]);
});
