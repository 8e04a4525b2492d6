/** `decode`: explains one frame, byte by byte, to who looks for what is wrong with it. It asks no API. */
import { type Command, Option } from 'commander';
import { encodeUtf8, fromHex } from '#protocol/bytes.ts';
import { explainFrame } from '#protocol/explain/explain.ts';
import { explanationObject, renderExplanation } from '#protocol/explain/render.ts';
import { PRESETS, type PresetName } from '#protocol/iso8583/presets.ts';
import { LENGTH_KINDS, type LengthKind } from '#protocol/iso8583/transport.ts';
import type { TextCodec } from '#protocol/text-codec.ts';
import { CliError, EXIT } from '../cli-error.ts';

/** Characters of hexadecimal: more than any frame of any dialect has. */
const HEX_LENGTH_MAX = 65_536;

export interface DecodeDeps {
  readonly out: (text: string) => void;
  readonly nowMs: () => number;
  readonly isJson: () => boolean;
}

interface Told {
  readonly preset?: PresetName;
  readonly length?: LengthKind;
}

export const registerDecode = (program: Command, { out, nowMs, isJson }: DecodeDeps): void => {
  program
    .command('decode <bytes...>')
    .description(
      'explains a frame of CP1 or ISO 8583, in hexadecimal, or a JSON line as it is; what customers own is hidden',
    )
    .addOption(new Option('--preset <name>', 'of ISO 8583').choices(Object.keys(PRESETS)))
    .addOption(new Option('--length <kind>', 'of its length header').choices([...LENGTH_KINDS]))
    .action((parts: readonly string[], told: Told) => {
      const explanation = explainFrame(bytesOf(parts), READER, { ...told, nowMs: nowMs() });
      out(
        isJson()
          ? JSON.stringify(explanationObject(explanation))
          : renderExplanation(explanation).trimEnd(),
      );
      if (explanation.refusal !== undefined) {
        throw new CliError(
          EXIT.refused,
          'It is not well-formed.',
          'The line above that has a reason names what is wrong.',
        );
      }
    });
};

/** Digits in several parts, with spaces or colons between them; a JSON line stands for itself. */
const bytesOf = (parts: readonly string[]): Uint8Array => {
  if (parts[0]?.startsWith('{') === true) {
    return encodeUtf8(parts.join(' '));
  }
  const digits = parts.join('').replaceAll(/[\s:]|^0x/g, '');
  const bytes = digits.length > HEX_LENGTH_MAX ? undefined : fromHex(digits);
  if (bytes === undefined || bytes.length === 0) {
    throw new CliError(
      EXIT.usage,
      'These are no bytes in hexadecimal.',
      'Two digits for each byte, in one part or several, such as c5 10 00.',
    );
  }
  return bytes;
};

const gbk = new TextDecoder('gbk', { fatal: true });

/** Explaining reads, and writes nothing. */
const READER: TextCodec = {
  decodeGbk: (bytes) => {
    try {
      return gbk.decode(bytes);
    } catch {
      return undefined;
    }
  },
  encodeGbk: () => undefined,
};
