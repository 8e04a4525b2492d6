/** The CDK app: builds the bundles, puts the stack together, checks it and writes the template. */
import { App } from 'aws-cdk-lib';
import { buildBundles, DIST } from './bundles.ts';
import { CosmopayStack } from './cosmopay-stack.ts';

/** Where no region is chosen: Seoul, home of the first terminals. */
const REGION_DEFAULT = 'ap-northeast-2';

await buildBundles();
const app = new App();
const stack = new CosmopayStack(app, 'Cosmopay', {
  description: 'Cosmopay: payments for cosmetics sold behind modems',
  // The region is part of the template, since the replica of an encrypted table needs it; the account is not.
  env: { region: process.env.CDK_DEFAULT_REGION ?? REGION_DEFAULT },
  dist: DIST,
});
// The local system synthesises at every change and skips the rules: `npm run synth` and the tests do not.
if (process.env.COSMOPAY_NAG !== 'off') {
  const { addNag } = await import('./nag.ts');
  addNag(app, stack);
}
app.synth();
