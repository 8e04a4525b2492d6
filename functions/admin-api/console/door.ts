/** Coming in and going out: who is behind the cookie, and the way through the sign-in of the user pool. */
import type { Context } from 'hono';
import type { ApiDeps } from '../deps.ts';
import type { PageContext } from './context.ts';
import type { Screens } from './screens.ts';
import { endSession, type Place, putBegun, putSession, readSession, takeBegun } from './session.ts';
import { SECRET_BYTES, type SignIn } from './sign-in.ts';

export interface Door {
  /** What pages work with; undefined: nobody is signed in. */
  enter(context: Context): Promise<PageContext | undefined>;
  /** Sends the browser to the sign-in. */
  begin(context: Context): Response;
  /** Takes it back from there. */
  end(context: Context): Promise<Response>;
  leave(context: Context): Response;
}

export const createDoor = (
  { deps, verify }: ApiDeps,
  {
    place,
    screens,
    signIn,
  }: { readonly place: Place; readonly screens: Screens; readonly signIn: SignIn },
): Door => {
  const secret = (): string => Buffer.from(deps.randomBytes(SECRET_BYTES)).toString('base64url');
  return {
    enter: async (context) => {
      const token = readSession(context);
      const principal = token === undefined ? undefined : await verify(token);
      return principal === undefined ? undefined : screens.contextFor(context, principal);
    },
    begin: (context) => {
      const [state, verifier] = [secret(), secret()];
      putBegun(context, place, { state, verifier });
      return context.redirect(signIn.urlFor(state, verifier));
    },
    end: async (context) => {
      const begun = takeBegun(context, place);
      const { code, state } = context.req.query();
      // Another state: this browser did not begin it, and somebody may want to be taken for somebody else.
      if (code === undefined || begun === undefined || begun.state !== state) {
        return screens.welcome(context, 'signInFailed');
      }
      const signedIn = await signIn.exchange(code, begun.verifier).catch(() => undefined);
      const principal = signedIn && (await verify(signedIn.token));
      if (signedIn === undefined || principal === undefined) {
        return screens.welcome(context, 'signInFailed');
      }
      putSession(context, place, signedIn.token, signedIn.forS);
      return context.redirect(place.path);
    },
    leave: (context) => {
      endSession(context, place);
      return context.redirect(signIn.signOutUrl, 303);
    },
  };
};
