/** Script and sheet of the console, as the bundle has them beside it. */
import { readFileSync } from 'node:fs';
import { sha256 } from '../http/digest.ts';

export interface Asset {
  readonly type: string;
  readonly text: string;
}

export interface Assets {
  /** Below the console, with a name that changes with the content. */
  readonly script: string;
  readonly sheet: string;
  /** By such a name. */
  readonly find: (name: string) => Asset | undefined;
}

/** Hexadecimal digits of the content's hash in a name. */
const HASH_DIGITS = 12;

export const createAssets = (script: string, sheet: string): Assets => {
  const nameOf = (text: string, extension: string): string =>
    `${sha256(text).slice(0, HASH_DIGITS)}.${extension}`;
  const files: Readonly<Record<string, Asset>> = {
    [nameOf(script, 'js')]: { type: 'text/javascript; charset=utf-8', text: script },
    [nameOf(sheet, 'css')]: { type: 'text/css; charset=utf-8', text: sheet },
  };
  return {
    script: `assets/${nameOf(script, 'js')}`,
    sheet: `assets/${nameOf(sheet, 'css')}`,
    find: (name) => (Object.hasOwn(files, name) ? files[name] : undefined),
  };
};

/** Those that were built into `folder`. */
export const readAssets = (folder: URL): Assets =>
  createAssets(
    readFileSync(new URL('console.js', folder), 'utf8'),
    readFileSync(new URL('console.css', folder), 'utf8'),
  );
