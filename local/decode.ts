/** `npm run decode -- <hex>`: explains one frame, byte by byte, to who looks for what is wrong with it. */
import { parseArgs } from 'node:util';
import { nodeTextCodec } from '#adapters/node/node-text-codec.ts';
import { encodeUtf8, fromHex } from '#protocol/bytes.ts';
import { explainFrame } from '#protocol/explain/explain.ts';
import { renderExplanation } from '#protocol/explain/render.ts';
import { PRESETS, type PresetName } from '#protocol/iso8583/presets.ts';
import { LENGTH_KINDS, type LengthKind } from '#protocol/iso8583/transport.ts';

/** The frame is as it should be, it is not, the command was not understood. */
const EXIT = { wellFormed: 0, malformed: 1, usage: 2 } as const;
/** Characters of hexadecimal: more than any frame of any dialect has. */
const HEX_LENGTH_MAX = 65_536;

const PRESET_NAMES = Object.keys(PRESETS) as readonly PresetName[];
const USAGE = `npm run decode -- <hex> [--preset ${PRESET_NAMES.join('|')}] [--length ${LENGTH_KINDS.join('|')}]

Explains one frame of CP1 or ISO 8583, or a JSON line as it is. Hexadecimal digits may
be in several parts, with spaces or colons between them. What the customer owns is hidden.
Without --length and --preset both follow from the bytes. Exit code: ${EXIT.wellFormed} well-formed,
${EXIT.malformed} malformed, ${EXIT.usage} not understood.`;

const oneOf = <T extends string>(all: readonly T[], value: string | undefined): T | undefined =>
  all.find((each) => each === value);

interface Asked {
  readonly bytes: Uint8Array;
  readonly preset?: PresetName;
  readonly length?: LengthKind;
}

/** A JSON line stands for itself. */
const bytesOf = (positionals: readonly string[], digits: string): Uint8Array | undefined => {
  if (positionals[0]?.startsWith('{') === true) {
    return encodeUtf8(positionals.join(' '));
  }
  return digits.length > HEX_LENGTH_MAX ? undefined : fromHex(digits);
};

/** Undefined where the command is not one of USAGE. */
const parseCommand = (args: readonly string[]): Asked | undefined => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { preset: { type: 'string' }, length: { type: 'string' } },
    });
    const digits = positionals.join('').replaceAll(/[\s:]|^0x/g, '');
    const bytes = bytesOf(positionals, digits);
    const preset = oneOf(PRESET_NAMES, values.preset);
    const length = oneOf(LENGTH_KINDS, values.length);
    const isKnown = preset === values.preset && length === values.length;
    return bytes === undefined || bytes.length === 0 || !isKnown
      ? undefined
      : {
          bytes,
          ...(preset === undefined ? {} : { preset }),
          ...(length === undefined ? {} : { length }),
        };
  } catch {
    return undefined;
  }
};

const asked = parseCommand(process.argv.slice(2));
if (asked === undefined) {
  console.error(USAGE);
  process.exitCode = EXIT.usage;
} else {
  const { bytes, ...told } = asked;
  const explanation = explainFrame(bytes, nodeTextCodec, { ...told, nowMs: Date.now() });
  process.stdout.write(renderExplanation(explanation));
  process.exitCode = explanation.refusal === undefined ? EXIT.wellFormed : EXIT.malformed;
}
