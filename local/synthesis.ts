/** Builds the bundles and synthesises the template, only when what they are made of has changed. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LocalError } from './local-error.ts';

/** Root of the project. */
export const ROOT: string = fileURLToPath(new URL('..', import.meta.url));
/** The synthesised app. */
export const ASSEMBLY: string = join(ROOT, 'cdk.out');

/** All that the bundles and the template are made of. */
const INPUTS = [
  'protocol',
  'core',
  'adapters',
  'functions',
  'bridge',
  'infra',
  'cdk.json',
  'package-lock.json',
];
const STAMP = join(ASSEMBLY, 'inputs.sha256');

/** True where it had to be made anew. */
export const synthesise = async (): Promise<boolean> => {
  const stamp = inputsHash();
  if (isCurrent(stamp)) {
    return false;
  }
  rmSync(STAMP, { force: true });
  await runApp();
  mkdirSync(ASSEMBLY, { recursive: true });
  writeFileSync(STAMP, stamp);
  return true;
};

const isCurrent = (stamp: string): boolean =>
  existsSync(STAMP) &&
  readFileSync(STAMP, 'utf8') === stamp &&
  existsSync(join(ASSEMBLY, 'manifest.json')) &&
  existsSync(join(ROOT, 'dist/bridge/index.mjs'));

const inputsHash = (): string => {
  const hash = createHash('sha256').update(process.versions.node);
  for (const input of INPUTS) {
    const files = input.includes('.')
      ? [input]
      : readdirSync(join(ROOT, input), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length))
          .sort();
    for (const file of files) {
      hash.update(`\0${file}\0`).update(readFileSync(join(ROOT, file)));
    }
  }
  return hash.digest('hex');
};

/** The app itself rather than the CDK command: it is all that is needed, and seconds faster. */
const runApp = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const app = spawn(process.execPath, ['infra/app.ts'], {
      cwd: ROOT,
      env: { ...process.env, CDK_OUTDIR: ASSEMBLY, COSMOPAY_NAG: 'off' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    app.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    app.once('exit', (code) =>
      code === 0
        ? resolve()
        : reject(
            new LocalError(
              'synthesis_failed',
              `The CDK app cannot be synthesised:\n${errors.trim()}`,
              'Run `npm run synth` to see it on its own.',
            ),
          ),
    );
  });
