/** What a browser is answered: pages in their frame, in the reader's language. */
import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { html } from 'hono/html';
import type { Principal } from '../access/roles.ts';
import type { ApiDeps } from '../deps.ts';
import { isRefusal, PROBLEMS, type Refusal } from '../http/problems.ts';
import { createApi } from './ask.ts';
import type { Assets } from './assets.ts';
import type { Outcome, PageContext, Rendered } from './context.ts';
import { formatIn } from './format.ts';
import { readLanguage } from './language.ts';
import { contentPolicy, documentOf } from './layout.ts';
import { none, refusalBox } from './parts.ts';
import type { Place } from './session.ts';
import type { ConsoleSettings } from './sign-in.ts';
import { type Words, wordsIn } from './words/words.ts';

export interface Screens {
  contextFor(context: Context, principal: Principal): PageContext;
  /** `refusal`: of the change that the page tells about, whose status it then has. */
  show(
    context: Context,
    call: PageContext,
    page: Rendered | Refusal,
    refusal?: Refusal,
  ): Response | Promise<Response>;
  refused(context: Context, refusal: Refusal, call?: PageContext): Response | Promise<Response>;
  /** For whoever is not signed in. */
  welcome(context: Context, why?: 'signInFailed'): Response | Promise<Response>;
  notFromHere(context: Context): Response | Promise<Response>;
  goTo(context: Context, outcome: Extract<Outcome, { readonly go: string }>): Response;
}

type Status = 200 | 400 | 401 | 403 | 404 | 409 | 412 | 422 | 503;

export const createScreens = (
  { deps, operations }: ApiDeps,
  {
    settings,
    assets,
    place,
  }: { readonly settings: ConsoleSettings; readonly assets: Assets; readonly place: Place },
): Screens => {
  const policy = contentPolicy(settings.signInUrl);
  const frameOf = (context: Context, call?: PageContext) => {
    const language = call?.language ?? readLanguage(context, place);
    const words = wordsIn(language);
    return {
      language,
      words,
      path: place.path,
      assets,
      here: hereOf(context),
      notice: call === undefined ? none : noticeOf(call),
      ...(call === undefined ? {} : { person: call.principal }),
    };
  };
  const send = (
    context: Context,
    frame: ReturnType<typeof frameOf>,
    page: Rendered,
    status: Status,
  ) => {
    context.header('content-security-policy', policy);
    context.header('cache-control', 'no-store');
    return context.html(documentOf(frame, page), status);
  };
  const refused: Screens['refused'] = (context, refusal, call) => {
    const frame = frameOf(context, call);
    const { title } = frame.words.problems[refusal.problem];
    const page: Rendered = { section: 'live', title, body: refusalBox(frame, refusal) };
    return send(context, frame, page, statusOf(refusal));
  };
  return {
    contextFor: (context, principal) => {
      const language = readLanguage(context, place);
      return {
        api: createApi(deps, operations, principal),
        words: wordsIn(language),
        language,
        format: formatIn(language),
        principal,
        params: context.req.param() as Record<string, string>,
        query: context.req.query(),
        nowMs: deps.clock.nowMs(),
        newKey: randomUUID,
        bridge: settings.bridge,
        enrolUrl: new URL('../enrol', settings.consoleUrl).href,
      };
    },
    show: (context, call, page, refusal) =>
      isRefusal(page)
        ? refused(context, page, call)
        : send(
            context,
            frameOf(context, call),
            page,
            refusal === undefined ? 200 : statusOf(refusal),
          ),
    refused,
    welcome: (context, why) => {
      const frame = frameOf(context);
      const isLanding = why === undefined && frame.here === './';
      return send(context, frame, welcomePage(frame.words, why), isLanding ? 200 : 401);
    },
    notFromHere: (context) => {
      const frame = frameOf(context);
      const body = html`<div class="notice bad" role="alert">${frame.words.frame.notAllowed}</div>`;
      return send(context, frame, { section: 'live', title: 'Cosmopay', body }, 403);
    },
    goTo: (context, { go, done }) => {
      const mark = go.includes('?') ? '&' : '?';
      return context.redirect(`${place.path}${go}${mark}done=${done}`, 303);
    },
  };
};

/** The address of the page below the console, for links back to it; of a form's answer, the page that it was sent from. */
const hereOf = (context: Context): string => {
  const { pathname, searchParams } = new URL(
    context.req.method === 'POST'
      ? (context.req.header('referer') ?? context.req.url)
      : context.req.url,
  );
  searchParams.delete('lang');
  searchParams.delete('done');
  const below = pathname.replace(/^.*?\/console\/?/, '');
  const query = searchParams.toString();
  return `${below === '' ? './' : below}${query === '' ? '' : `?${query}`}`;
};

const noticeOf = ({ words, query, principal }: PageContext) => {
  const done = query.done ?? '';
  const told = Object.hasOwn(words.done, done)
    ? html`<div class="notice good" role="status">${words.done[done as keyof Words['done']]}</div>`
    : none;
  return principal.roles.length === 0
    ? html`<div class="notice warn" role="status">${words.frame.noRole}</div>`
    : told;
};

const welcomePage = ({ frame }: Words, why: 'signInFailed' | undefined): Rendered => ({
  section: 'live',
  title: 'Cosmopay',
  body: html`${why === undefined ? none : html`<div class="notice bad" role="alert">${frame[why]}</div>`}<p>${frame.signInLead}</p><p><a class="button" href="sign-in">${frame.signIn}</a></p>`,
});

const statusOf = ({ problem }: Refusal): Status => PROBLEMS[problem].status as Status;
