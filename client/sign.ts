/** `npm run sign`: prints lines of the JSON dialect with their tags, to be piped into a connection. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { LOCAL_FILE } from './kiosk-settings.ts';
import { signLine, type TerminalSecrets } from './sign-line.ts';

const HELP = `Usage: npm run --silent sign -- [--keys FILE] OBJECT ...
Adds terminal, key version and tag to each object, and prints it as a line.
FILE holds {"terminal": {"id", "keyVersion", "linkKey", "messageKey"}};
without it, that of the running local system: ${LOCAL_FILE}
Example: npm run --silent sign -- '{"op":"hello","sequence":0,"nonce":"0102030405060708"}'`;
const EXIT_OPERATING = 1;

const readSecrets = (file: string): TerminalSecrets =>
  (JSON.parse(readFileSync(file, 'utf8')) as { readonly terminal: TerminalSecrets }).terminal;

const fail = (message: string): void => {
  process.stderr.write(`${message}\n`);
  process.exitCode = EXIT_OPERATING;
};

const run = (objects: readonly string[], file: string): void => {
  let secrets: TerminalSecrets;
  try {
    secrets = readSecrets(file);
  } catch {
    fail(
      `keys_unreadable: ${file} holds no terminal. Start the local system, or name another file with --keys.`,
    );
    return;
  }
  for (const text of objects) {
    const signed = signLine(text, secrets);
    if (!signed.ok) {
      fail(`${signed.code}: ${signed.reason}. Correct the object and sign it again.`);
      return;
    }
    process.stdout.write(`${signed.value}\n`);
  }
};

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  options: { keys: { type: 'string', default: LOCAL_FILE }, help: { type: 'boolean' } },
  allowPositionals: true,
});
if (values.help === true || positionals.length === 0) {
  process.stdout.write(`${HELP}\n`);
} else {
  run(positionals, values.keys);
}
