/** Who is signed in to the console: an access token in a cookie that no script can read, and that no other site can make a browser send with a change. */
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

const SESSION = 'cosmopay_session';
const SIGN_IN = 'cosmopay_sign_in';
/** Seconds in which a sign-in has to be finished: finding the second factor takes a while. */
export const SIGN_IN_S = 600;

/** Of the console: where it is, as browsers see it. */
export interface Place {
  /** `/console/`, with the stage before it where the API has one. */
  readonly path: string;
  readonly isSecure: boolean;
}

export const placeOf = (consoleUrl: string): Place => {
  const { pathname, protocol } = new URL(consoleUrl);
  return { path: pathname, isSecure: protocol === 'https:' };
};

/** `Lax`: sent when somebody follows a link here, as the sign-in page does, and never with a form of another site. */
const optionsOf = ({ path, isSecure }: Place) =>
  ({ path, secure: isSecure, httpOnly: true, sameSite: 'Lax' }) as const;

export const readSession = (context: Context): string | undefined => getCookie(context, SESSION);

/** The browser forgets it when the token ends, in `forS` seconds. */
export const putSession = (context: Context, place: Place, token: string, forS: number): void =>
  setCookie(context, SESSION, token, { ...optionsOf(place), maxAge: forS });

export const endSession = (context: Context, place: Place): void => {
  deleteCookie(context, SESSION, optionsOf(place));
};

/** What this browser began: the state that has to come back with the code, and the verifier that only it knows. */
export interface Begun {
  readonly state: string;
  readonly verifier: string;
}

export const putBegun = (context: Context, place: Place, { state, verifier }: Begun): void =>
  setCookie(context, SIGN_IN, `${state}.${verifier}`, { ...optionsOf(place), maxAge: SIGN_IN_S });

/** Once: a code is good for one try. */
export const takeBegun = (context: Context, place: Place): Begun | undefined => {
  const [state, verifier] = (getCookie(context, SIGN_IN) ?? '').split('.');
  deleteCookie(context, SIGN_IN, optionsOf(place));
  return state && verifier ? { state, verifier } : undefined;
};

/** Whether a change comes from a page of ours: every browser says where a form was sent from. */
export const isFromHere = (context: Context): boolean => {
  try {
    const { host } = new URL(context.req.header('origin') ?? '');
    return host === context.req.header('host');
  } catch {
    return false;
  }
};
