/** How operators come in on this machine: tokens in place of the user pool's, and a sign-in in place of its pages. */
import { type AccessTokens, createAccessTokens } from './access-tokens.ts';
import { outsideAddresses } from './bind-host.ts';
import { startSignIn } from './stand-ins/sign-in.ts';

const HOST = '127.0.0.1';

export interface Operators extends Pick<AccessTokens, 'adminAt'> {
  /** What the admin API is given in place of the template's settings. */
  readonly settings: Readonly<Record<string, string>>;
}

export const startOperators = async (
  region: string,
  at: { readonly http: number; readonly bridge: number; readonly bindHost: string },
  closers: (() => unknown)[],
): Promise<Operators> => {
  const tokens = createAccessTokens(region);
  const signIn = await startSignIn(tokens);
  closers.push(signIn.close);
  return {
    adminAt: tokens.adminAt,
    settings: {
      ...tokens.settings,
      SIGN_IN_URL: signIn.url,
      CONSOLE_URL: `http://${HOST}:${at.http}/console/`,
      BRIDGE_ADDRESS: `${outsideAddresses(at.bindHost)[0] ?? HOST}:${at.bridge}`,
    },
  };
};
