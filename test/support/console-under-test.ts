/** The console as tests mount it: nowhere to sign in, and no script but what a test brings. */
import { createAssets } from '#functions/admin-api/console/assets.ts';
import type { ConsoleDeps } from '#functions/admin-api/console/console.ts';
import { CLIENT } from './token-forge.ts';

export const CONSOLE_URL = 'http://console.example/console/';

export const consoleUnderTest = (more: Partial<ConsoleDeps> = {}): ConsoleDeps => ({
  settings: {
    signInUrl: 'http://sign-in.example',
    clientId: CLIENT,
    consoleUrl: CONSOLE_URL,
    bridge: 'pay.example:7010',
  },
  assets: createAssets('', ''),
  fetch: () => Promise.reject(new Error('nobody is there')),
  ...more,
});
