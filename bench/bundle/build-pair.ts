/** Builds the payment function twice: as it deploys, and as esbuild's defaults and the whole of zod would make it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';
import { bundleOptions, DIST, defaultBundleOptions } from '#infra/bundles.ts';

export interface BuiltBundle {
  /** Absolute path of the module. */
  readonly file: string;
  readonly bytes: number;
  readonly gzipBytes: number;
}

export interface BundlePair {
  readonly lean: BuiltBundle;
  readonly plain: BuiltBundle;
  close(): void;
}

/** What most people write: the object `z`, which holds all of zod. Its bounds of numbers have other names. */
const wholeZod: Plugin = {
  name: 'whole-zod',
  setup(build) {
    build.onLoad({ filter: /[\\/]functions[\\/].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8')
        .replace("import * as z from 'zod/mini'", "import { z } from 'zod'")
        .replaceAll('z.minimum(', 'z.gte(')
        .replaceAll('z.maximum(', 'z.lte('),
      loader: 'ts',
    }));
  },
};

const weigh = (file: string): BuiltBundle => ({
  file,
  bytes: statSync(file).size,
  gzipBytes: gzipSync(readFileSync(file)).length,
});

export const buildPair = async (): Promise<BundlePair> => {
  // Within the project, so that a package left out would be found alike.
  mkdirSync(DIST, { recursive: true });
  const folder = mkdtempSync(join(DIST, 'bench-'));
  const lean = join(folder, 'lean');
  const plain = join(folder, 'plain');
  await build({ ...bundleOptions('pay'), outdir: lean });
  await build({ ...defaultBundleOptions('pay'), plugins: [wholeZod], outdir: plain });
  return {
    lean: weigh(join(lean, 'index.mjs')),
    plain: weigh(join(plain, 'index.mjs')),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
};
