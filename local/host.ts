/** Whether this machine can run the stand-ins, and where they are. */
import { createRequire } from 'node:module';
import { LocalError } from './local-error.ts';

/** Type stripping, node:sqlite and the deployed runtime all begin here. */
const NODE_MAJOR_MIN = 24;

/** The path of dynoxide's binary. Throws where Node is too old or no binary exists for this machine. */
export const checkHost = (
  nodeVersion: string = process.versions.node,
  machine: string = `${process.platform}-${process.arch}`,
): string => {
  if (Number.parseInt(nodeVersion, 10) < NODE_MAJOR_MIN) {
    throw new LocalError(
      'node_too_old',
      `This is Node ${nodeVersion}; the system needs Node ${NODE_MAJOR_MIN} or newer.`,
      'Start it with `npm start`, which brings its own Node on Linux x64, or install Node 24.',
    );
  }
  try {
    return createRequire(import.meta.url).resolve(`@dynoxide/${machine}/dynoxide`);
  } catch (cause) {
    throw new LocalError(
      'host_unsupported',
      `The table's stand-in, dynoxide, is not installed for ${machine}.`,
      machine === 'linux-x64'
        ? 'Run `npm ci` without `--omit=optional`.'
        : `Run on Linux x64, or install the package @dynoxide/${machine} (and Node 24) next to the others.`,
      cause,
    );
  }
};
