/** The web console: pages for people over the operations of the API, each asked as the one who is signed in. */
import type { Context, Env, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { errorName } from '../../json-log.ts';
import { type ApiDeps, BODY_BYTES_MAX } from '../deps.ts';
import { isRefusal, type Refusal, refuse } from '../http/problems.ts';
import type { Asset, Assets } from './assets.ts';
import type { Action, Download, Form, Outcome, Page, PageContext } from './context.ts';
import { createDoor } from './door.ts';
import { ACTIONS, DOWNLOADS, PAGES } from './page-table.ts';
import { livePartsOf } from './pages/live.ts';
import { createScreens, type Screens } from './screens.ts';
import { isFromHere, placeOf } from './session.ts';
import { type ConsoleSettings, createSignIn } from './sign-in.ts';

export interface ConsoleDeps {
  readonly settings: ConsoleSettings;
  readonly assets: Assets;
  readonly fetch: typeof globalThis.fetch;
}

const ROOT = '/console';

/** Adds the console's paths to the app of the API. */
export const mountConsole = <E extends Env>(
  app: Hono<E>,
  admin: ApiDeps,
  { settings, assets, fetch }: ConsoleDeps,
): void => {
  const place = placeOf(settings.consoleUrl);
  const screens = createScreens(admin, { settings, assets, place });
  const door = createDoor(admin, {
    place,
    screens,
    signIn: createSignIn(settings, fetch),
  });
  app.use(`${ROOT}/*`, bodyLimit({ maxSize: BODY_BYTES_MAX }));
  app.use(`${ROOT}/*`, async (context, next) => {
    await next();
    // Only forms change anything; where one was not sent from here, nothing ran.
    context.header('x-content-type-options', 'nosniff');
    context.header('referrer-policy', 'same-origin');
  });
  app.get('/', (context) => context.redirect(place.path));
  app.get(`${ROOT}/assets/:name`, (context) =>
    serveAsset(context, assets.find(context.req.param('name'))),
  );
  app.get(`${ROOT}/sign-in`, door.begin);
  app.get(`${ROOT}/signed-in`, door.end);
  app.post(`${ROOT}/sign-out`, (context) =>
    isFromHere(context) ? door.leave(context) : screens.notFromHere(context),
  );
  const guarded =
    (answer: (context: Context, page: PageContext) => Promise<Response>) =>
    async (context: Context): Promise<Response> => {
      try {
        const page = await door.enter(context);
        return page === undefined ? screens.welcome(context) : await answer(context, page);
      } catch (error) {
        admin.log('error', 'console', { error: errorName(error) });
        const isOutage = error instanceof Error && error.name === 'OutageError';
        return screens.refused(context, refuse(isOutage ? 'busy' : 'internal'));
      }
    };
  app.get(`${ROOT}/live.json`, guarded(live));
  for (const page of PAGES) {
    const answer = guarded((context, call) => showPage(screens, context, page, call));
    app.get(pathOf(page.path), answer);
    if (page.path === '') {
      app.get(ROOT, answer);
    }
  }
  for (const download of DOWNLOADS) {
    app.get(
      pathOf(download.path),
      guarded((context, call) => giveFile(screens, context, download, call)),
    );
  }
  for (const action of ACTIONS) {
    const answer = guarded((context, call) => act(screens, context, action, call));
    app.post(pathOf(action.path), (context) =>
      isFromHere(context) ? answer(context) : screens.notFromHere(context),
    );
  }
  app.all(
    `${ROOT}/*`,
    guarded(async (context) => screens.refused(context, refuse('not_found'))),
  );
};

const pathOf = (path: string): string => `${ROOT}/${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;

/** Its name has the hash of what it is. */
const serveAsset = (context: Context, asset: Asset | undefined): Response =>
  asset === undefined
    ? context.text('', 404)
    : context.body(asset.text, 200, {
        'content-type': asset.type,
        'cache-control': 'public, max-age=31536000, immutable',
      });

const live = async (context: Context, call: PageContext): Promise<Response> => {
  const found = await livePartsOf(call);
  if (isRefusal(found)) {
    return context.json({ code: found.problem }, 503);
  }
  const parts = await Promise.all(
    Object.entries(found.parts).map(
      async ([name, markup]) => [name, String(await markup)] as const,
    ),
  );
  return context.json({ series: found.series, parts: Object.fromEntries(parts) }, 200, {
    'cache-control': 'no-store',
  });
};

const showPage = async (
  screens: Screens,
  context: Context,
  page: Page,
  call: PageContext,
): Promise<Response> => screens.show(context, call, await page.render(call));

const giveFile = async (
  screens: Screens,
  context: Context,
  { make }: Download,
  call: PageContext,
): Promise<Response> => {
  const file = await make(call);
  return isRefusal(file)
    ? screens.refused(context, file, call)
    : context.body(file.text, 200, {
        'content-type': file.type,
        'content-disposition': `attachment; filename="${file.name.replaceAll(/[^\w.-]/g, '_')}"`,
        'cache-control': 'no-store',
      });
};

const act = async (
  screens: Screens,
  context: Context,
  action: Action,
  call: PageContext,
): Promise<Response> => {
  const form = await formOf(context);
  const outcome: Outcome | Refusal = await action.run(call, form);
  if (isRefusal(outcome)) {
    const again = await action.again(call, form, outcome);
    return screens.show(context, call, again, outcome);
  }
  return 'page' in outcome
    ? screens.show(context, call, outcome.page)
    : screens.goTo(context, outcome);
};

/** Files are not taken: none of the forms has one. */
const formOf = async (context: Context): Promise<Form> => {
  const body = await context.req.parseBody({ all: true });
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) => {
      const texts = (Array.isArray(value) ? value : [value]).filter(
        (one) => typeof one === 'string',
      );
      const [text] = texts;
      return text === undefined ? [] : [[name, texts.length === 1 ? text : texts]];
    }),
  );
};
