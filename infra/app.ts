/** The CDK app: builds the bundles, puts the stack together, checks it and writes the template. */
import { App } from 'aws-cdk-lib';
import { BUNDLE_NAMES, buildBundles, DIST } from './bundles.ts';
import { CosmopayStack } from './cosmopay-stack.ts';

/** Where no region is chosen: Seoul, home of the first terminals. */
const REGION_DEFAULT = 'ap-northeast-2';

/** The local system builds apart from what `npm run build` writes, so that neither disturbs the other. */
const dist = process.env.COSMOPAY_DIST ?? DIST;

await buildBundles(BUNDLE_NAMES, dist);
const app = new App();
const stack = new CosmopayStack(app, 'Cosmopay', {
  description: 'Cosmopay: payments for cosmetics sold behind modems',
  // The region is part of the template, since the replica of an encrypted table needs it; the account is not.
  env: { region: process.env.CDK_DEFAULT_REGION ?? REGION_DEFAULT },
  dist,
});
// The local system synthesises at every change and skips the rules: `npm run synth` and the tests do not.
if (process.env.COSMOPAY_NAG !== 'off') {
  const { addNag } = await import('./nag.ts');
  addNag(app, stack);
}
app.synth();
