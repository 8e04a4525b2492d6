/** Frame decode and encode against cbor-x objects and JSON with zod. */
import { measureInTurns, pairUp } from '../interleave.ts';
import { type Metric, type Pair, type RunOptions, ratioMetric, type Suite } from '../metric.ts';
import { createCborXRoundTrip } from './cbor-x-round-trip.ts';
import { createCp1RoundTrip } from './cp1-round-trip.ts';
import { createJsonZodRoundTrip } from './json-zod-round-trip.ts';

const ROUNDS = 15;
const ROUNDS_QUICK = 7;
const CBOR_X_GOAL = 2.5;
const JSON_ZOD_GOAL = 4;

const run = async ({ quick, progress }: RunOptions): Promise<readonly Metric[]> => {
  const cp1 = createCp1RoundTrip();
  const cborX = createCborXRoundTrip();
  const jsonZod = createJsonZodRoundTrip();
  const rounds = quick ? ROUNDS_QUICK : ROUNDS;
  progress('warming up');
  const ns = measureInTurns(
    { cp1: cp1.run, cborX: cborX.run, jsonZod: jsonZod.run },
    { rounds, quick, onRound: (round) => progress(`round ${round + 1} of ${rounds}`) },
  );
  const detail =
    (name: string, bytes: number) =>
    ({ ours, theirs }: Pair): string =>
      `CP1 ${ours.toFixed(0)} ns and ${cp1.bytes} bytes, ${name} ${theirs.toFixed(0)} ns and ${bytes} bytes, per request and reply`;
  return [
    ratioMetric({
      name: 'frame decode + encode, cbor-x / CP1',
      kind: 'speed',
      pairs: pairUp(ns.cp1, ns.cborX),
      goal: CBOR_X_GOAL,
      detail: detail('cbor-x', cborX.bytes),
    }),
    ratioMetric({
      name: 'frame decode + encode, JSON + zod / CP1',
      kind: 'speed',
      pairs: pairUp(ns.cp1, ns.jsonZod),
      goal: JSON_ZOD_GOAL,
      detail: detail('JSON and zod', jsonZod.bytes),
    }),
  ];
};

export const codecSuite: Suite = {
  name: 'codec',
  method: [
    'Bytes of a PAY (1 to 3 products) to a request, and a reply to its bytes; 64 different payments in turn; one process, no HMAC on any side.',
    'CP1: header, strict deterministic CBOR and every check of a field (`decodeRequest`, `encodeReply`). cbor-x: `decode` and `encode` of plain objects, no check at all (its JavaScript; the native addon is an option that is not installed). JSON: `JSON.parse`, a strict zod object with the same bounds, `JSON.stringify`.',
    'CPU time of the process, garbage collection included.',
  ],
  run,
};
