/** The bundles that deploy: the same for the CDK app, the local system, the tests and the benchmarks. */
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile } from 'esbuild';

/** Entry file of each bundle, from the root of the project. */
const ENTRIES = {
  pay: 'functions/pay/handler.ts',
  janitor: 'functions/janitor/handler.ts',
  projector: 'functions/projector/handler.ts',
  publisher: 'functions/publisher/handler.ts',
  webhooks: 'functions/webhooks/handler.ts',
  auditor: 'functions/auditor/handler.ts',
  'admin-api': 'functions/admin-api/handler.ts',
  enrol: 'functions/enrol/handler.ts',
  compiler: 'functions/compiler/handler.ts',
  bridge: 'bridge/main.ts',
  kiosk: 'client/kiosk.ts',
} as const;

export type BundleName = keyof typeof ENTRIES;

/** Every bundle there is. */
export const BUNDLE_NAMES = Object.keys(ENTRIES) as readonly BundleName[];

const root = fileURLToPath(new URL('..', import.meta.url));

/** Folder of all bundles, absolute; a bundle is `<DIST>/<name>/index.mjs`. */
export const DIST: string = join(root, 'dist');

/** CommonJS packages inside an ES module still call `require` for Node's own modules. */
const REQUIRE_BANNER =
  "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/** What a bundle would be with esbuild's defaults for Node: the baseline of the benchmarks, never deployed. */
export const defaultBundleOptions = (name: BundleName): BuildOptions => ({
  absWorkingDir: root,
  entryPoints: { index: ENTRIES[name] },
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  minify: true,
  sourcemap: true,
  metafile: true,
  logLevel: 'warning',
  banner: { js: REQUIRE_BANNER },
});

/** esbuild options of one bundle; `outdir` is left to the caller. */
export const bundleOptions = (name: BundleName): BuildOptions => ({
  ...defaultBundleOptions(name),
  // The modules of the SDK shake down to what is used; its CommonJS builds, esbuild's default for Node, do not.
  mainFields: ['module', 'main'],
  sourcesContent: false,
  legalComments: 'none',
  ...(name === 'bridge' || name === 'kiosk' ? {} : { alias: functionAlias() }),
  // Its binding to the system's serial ports is a native file. Real and virtual modem are loaded only where they are used.
  ...(name === 'kiosk' ? { external: ['serialport'], splitting: true } : {}),
});

/** Script and sheet of the console, beside the function that serves them. */
const consoleOptions = (outdir: string): BuildOptions => ({
  ...pageOptions(outdir),
  entryPoints: {
    script: 'functions/admin-api/console/browser/console.ts',
    style: 'functions/admin-api/console/browser/console.css',
  },
  entryNames: 'console',
});

/** The page that the kiosk serves: one script and one sheet for the browsers of this decade. */
const pageOptions = (outdir: string): BuildOptions => ({
  absWorkingDir: root,
  entryPoints: { app: 'client/ui/page/app.ts', style: 'client/ui/page/app.css' },
  entryNames: 'app',
  bundle: true,
  platform: 'browser',
  target: 'es2022',
  format: 'esm',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  outdir,
});

/**
 * For functions only. Their credentials are always in the environment, so the chain that looks elsewhere is dead weight at
 * every cold start. The bridge runs where credentials come from the container's endpoint and keeps the whole chain.
 */
const functionAlias = (): Record<string, string> => ({
  '@aws-sdk/credential-provider-node': join(root, 'infra/bundling/env-credentials.ts'),
  '@smithy/core/event-streams': join(root, 'infra/bundling/no-event-streams.ts'),
});

/**
 * Builds bundles into `<dist>/<name>/`, each with its source map, and puts the Dockerfile next to the bridge's and the
 * page next to the kiosk's. What was in
 * those folders before is removed. Resolves with esbuild's account of what went into each bundle.
 */
export const buildBundles = async (
  names: readonly BundleName[] = BUNDLE_NAMES,
  dist: string = DIST,
): Promise<ReadonlyMap<BundleName, Metafile>> => {
  const built = await Promise.all(
    names.map(async (name): Promise<readonly [BundleName, Metafile]> => {
      const outdir = join(dist, name);
      rmSync(outdir, { recursive: true, force: true });
      mkdirSync(outdir, { recursive: true });
      const { metafile } = await build({ ...bundleOptions(name), metafile: true, outdir });
      return [name, metafile];
    }),
  );
  if (names.includes('kiosk')) {
    const page = join(dist, 'kiosk/page');
    await build(pageOptions(page));
    copyFileSync(join(root, 'client/ui/page/index.html'), join(page, 'index.html'));
  }
  if (names.includes('admin-api')) {
    await build(consoleOptions(join(dist, 'admin-api/console')));
  }
  const dockerfile = join(root, 'bridge/Dockerfile');
  if (names.includes('bridge') && existsSync(dockerfile)) {
    copyFileSync(dockerfile, join(dist, 'bridge/Dockerfile'));
  }
  return new Map(built);
};
