/** The language that somebody reads the console in: chosen once, kept by the browser. */
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { chooseLanguage, type Language } from './languages.ts';
import type { Place } from './session.ts';

const COOKIE = 'cosmopay_language';
/** Seconds that a choice is kept. */
const KEPT_S = 365 * 86_400;

export const readLanguage = (context: Context, { path, isSecure }: Place): Language => {
  const asked = context.req.query('lang');
  const kept = getCookie(context, COOKIE);
  const language = chooseLanguage(asked ?? kept, context.req.header('accept-language'));
  if (asked !== undefined) {
    setCookie(context, COOKIE, language, {
      path,
      secure: isSecure,
      sameSite: 'Lax',
      maxAge: KEPT_S,
    });
  }
  return language;
};
