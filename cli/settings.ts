/** `--set name=value`: documents as operators type them. */
import { readFileSync } from 'node:fs';
import { CliError, EXIT } from './cli-error.ts';

/** Bytes of a file with a document: what the API takes at most. */
const FILE_BYTES_MAX = 65_536;

type Fields = { [name: string]: unknown };

/** The document of `--file`, with what `--set` says on top. `a.b=1` sets a field of a field; a value that is JSON is taken as such. Throws CliError. */
export const documentOf = (
  file: string | undefined,
  settings: readonly string[],
  before: object = {},
): Fields => {
  const document: Fields = { ...before, ...(file === undefined ? {} : readDocument(file)) };
  for (const setting of settings) {
    const at = setting.indexOf('=');
    if (at < 1) {
      throw usage(`--set ${setting} is not of the form name=value.`);
    }
    put(document, setting.slice(0, at).split('.'), parsedValue(setting.slice(at + 1)));
  }
  return document;
};

const readDocument = (file: string): Fields => {
  try {
    const text = readFileSync(file, 'utf8');
    const parsed: unknown = text.length > FILE_BYTES_MAX ? undefined : JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Fields;
    }
  } catch {
    // Told below.
  }
  throw usage(`${file} is no JSON object of at most 64 KB.`);
};

const put = (document: Fields, [name = '', ...rest]: readonly string[], value: unknown): void => {
  if (name === '__proto__') {
    throw usage('A field cannot be called __proto__.');
  }
  if (rest.length === 0) {
    document[name] = value;
    return;
  }
  const inner = document[name];
  const fields: Fields = typeof inner === 'object' && inner !== null ? { ...inner } : {};
  put(fields, rest, value);
  document[name] = fields;
};

const parsedValue = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

const usage = (message: string): CliError =>
  new CliError(EXIT.usage, message, 'See `cosmopay help` and docs/command-line.md.');
