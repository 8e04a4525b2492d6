/** `npm run build`: writes the bundles that deploy to dist/. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { buildBundles, DIST } from './bundles.ts';

const BYTES_PER_KB = 1_000;

for (const name of (await buildBundles()).keys()) {
  const bytes = statSync(join(DIST, name, 'index.mjs')).size;
  process.stdout.write(`dist/${name}/index.mjs ${Math.ceil(bytes / BYTES_PER_KB)} KB\n`);
}
