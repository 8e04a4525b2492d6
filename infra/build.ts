/** `npm run build`: writes the bundles to dist/; with names, those only. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLE_NAMES, buildBundles, DIST } from './bundles.ts';

const BYTES_PER_KB = 1_000;

const asked = process.argv.slice(2);
const names = BUNDLE_NAMES.filter((name) => asked.length === 0 || asked.includes(name));

for (const name of (await buildBundles(names)).keys()) {
  const bytes = statSync(join(DIST, name, 'index.mjs')).size;
  process.stdout.write(`dist/${name}/index.mjs ${Math.ceil(bytes / BYTES_PER_KB)} KB\n`);
}
