/** Reads test/vectors/iso8583.json. */
import { readFileSync } from 'node:fs';
import { nodeTextCodec } from '#adapters/node/node-text-codec.ts';
import { fromHex } from '#protocol/bytes.ts';
import { Iso8583Framing } from '#protocol/iso8583/framing.ts';
import type { PresetName } from '#protocol/iso8583/presets.ts';
import type { LengthKind } from '#protocol/iso8583/transport.ts';
import type { RequestKey } from '#protocol/request.ts';

export interface IsoVector {
  readonly name: string;
  readonly preset: PresetName;
  readonly length: LengthKind;
  readonly kind: 'request' | 'hello' | 'ping' | 'reply' | 'other';
  readonly hex: string;
  readonly mti?: string;
  readonly key?: RequestKey;
  readonly op?: string;
  readonly stored?: boolean;
  /** Canonical request; of a reply the frame that it answers. */
  readonly request?: unknown;
  readonly reply?: unknown;
  readonly repeats?: string;
  readonly refused?: { readonly code: string; readonly field: string };
  readonly hello?: unknown;
  readonly refusedHello?: string;
}

export interface IsoVectorFile {
  readonly nowS: number;
  readonly linkKey: string;
  readonly messageKey: string;
  readonly vectors: readonly IsoVector[];
}

export const isoVectors: IsoVectorFile = JSON.parse(
  readFileSync(new URL('../vectors/iso8583.json', import.meta.url), 'utf8'),
);

export const bytesOf = (hex: string): Uint8Array => {
  const bytes = fromHex(hex);
  if (bytes === undefined) {
    throw new Error('a vector is not hexadecimal');
  }
  return bytes;
};

/** The framing of a listener with this length; the preset follows from the bytes. */
export const framingOf = ({
  length,
  swapTpdu = true,
}: {
  readonly length: LengthKind;
  readonly swapTpdu?: boolean;
}): Iso8583Framing => new Iso8583Framing({ length, swapTpdu }, nodeTextCodec);
