/** Builds the bundles and synthesises the template, once for each state of what they are made of. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnNode } from './children/child-process.ts';
import { LocalError } from './local-error.ts';

/** Root of the project. */
const ROOT: string = fileURLToPath(new URL('..', import.meta.url));
/** One folder per state of the inputs: what a running system uses is never written again. */
const BUILDS = join(ROOT, 'dist/local');
/** Builds that are kept, besides those used within the last day: people go back and forth between two branches. */
const BUILDS_KEPT = 4;
const USED_MS = 24 * 3_600_000;
/** Characters of the hash in a folder's name: no two states of one project share them. */
const NAME_LENGTH = 16;

/** All that the bundles and the template are made of. */
const INPUTS = [
  'protocol',
  'core',
  'adapters',
  'functions',
  'bridge',
  'client',
  'infra',
  'cdk.json',
  'package-lock.json',
];

export interface Build {
  /** The synthesised app. */
  readonly assembly: string;
  /** The bundles, `<dist>/<name>/index.mjs`. */
  readonly dist: string;
  /** False where an earlier start made it. */
  readonly made: boolean;
}

/** What synthesis depends on besides the sources; tests have their own. */
export interface SynthesisOptions {
  readonly folder?: string;
  /** Writes `<folder>/cdk.out` and `<folder>/dist`; rejects where it cannot. */
  readonly run?: (folder: string) => Promise<void>;
  readonly stamp?: string;
}

/** May run in several processes at once: each builds for itself, and whichever is first is kept whole. */
export const synthesise = async (options: SynthesisOptions = {}): Promise<Build> => {
  const { folder = BUILDS, run = runApp, stamp = inputsHash() } = options;
  const ready = join(folder, stamp.slice(0, NAME_LENGTH));
  const made = !existsSync(ready);
  if (made) {
    prune(folder);
    const draft = `${ready}.${process.pid}.new`;
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true });
    try {
      await run(draft);
      rename(draft, ready);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  const now = new Date();
  utimesSync(ready, now, now);
  return { assembly: join(ready, 'cdk.out'), dist: join(ready, 'dist'), made };
};

const rename = (draft: string, ready: string): void => {
  try {
    renameSync(draft, ready);
  } catch (error) {
    // Another start was first: a folder that is not empty is never replaced, and both are the same.
    if (!existsSync(ready)) {
      throw error;
    }
  }
};

const prune = (folder: string): void => {
  if (!existsSync(folder)) {
    return;
  }
  const usedAt = (name: string): number =>
    statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const oldest = readdirSync(folder)
    .map((name) => ({ name, at: usedAt(name) }))
    .sort((a, b) => b.at - a.at)
    .slice(BUILDS_KEPT);
  for (const { name, at } of oldest) {
    if (Date.now() - at > USED_MS) {
      rmSync(join(folder, name), { recursive: true, force: true });
    }
  }
};

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
const runApp = (folder: string): Promise<void> =>
  new Promise((resolve, reject) => {
    let output = '';
    const app = spawnNode([join(ROOT, 'infra/app.ts')], {
      cwd: ROOT,
      env: {
        ...process.env,
        CDK_OUTDIR: join(folder, 'cdk.out'),
        COSMOPAY_DIST: join(folder, 'dist'),
        COSMOPAY_NAG: 'off',
      },
      onOutput: (text) => {
        output += text;
      },
    });
    app.once('close', (code) =>
      code === 0
        ? resolve()
        : reject(
            new LocalError(
              'synthesis_failed',
              `The CDK app cannot be synthesised:\n${output.trim()}`,
              'Run `npm run synth` to see it on its own.',
            ),
          ),
    );
  });
