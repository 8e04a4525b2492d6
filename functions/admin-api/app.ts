/** The admin API: read-only, closed by default. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import type { RequestRecord } from '#core/records.ts';
import { KEY_VERSION_MAX, U32_MAX } from '#protocol/limits.ts';
import { errorName, type Log } from '../json-log.ts';
import type { AdminReader } from './admin-reader.ts';
import { chooseLanguage } from './page-shell.ts';
import { problem } from './problem.ts';
import { statusPage } from './status-page.ts';

/** An id of ours in a path. */
const USER = /^[A-Za-z0-9_-]{1,64}$/;
const INTEGER = /^(0|[1-9]\d{0,9})$/;

export interface AdminAppDeps {
  readonly reader: AdminReader;
  readonly token: string;
  readonly log: Log;
}

/** Builds the app; it holds no state. */
export const createAdminApp = ({ reader, token, log }: AdminAppDeps): Hono => {
  const app = new Hono();
  const expected = digest(`Bearer ${token}`);
  app.onError((error) => {
    log('error', 'admin', { error: errorName(error) });
    return problem(500);
  });
  app.notFound(() => problem(404));
  app.get('/', (context) => {
    const { lang } = context.req.query();
    context.header('vary', 'accept-language');
    return context.html(statusPage(chooseLanguage(lang, context.req.header('accept-language'))));
  });
  app.get('/health', (context) => context.json({ status: 'ok' }));
  app.use('/v1/*', async (context, next) => {
    const given = digest(context.req.header('authorization') ?? '');
    if (!timingSafeEqual(given, expected)) {
      return problem(401);
    }
    await next();
    context.header('cache-control', 'no-store');
    return undefined;
  });
  app.get('/v1/terminals/:id', async (context) => {
    const id = integer(context.req.param('id'), 1, U32_MAX);
    if (id === undefined) {
      return problem(400);
    }
    const terminal = await reader.readTerminal(id);
    return terminal === undefined ? problem(404) : context.json(terminal);
  });
  app.get('/v1/payments/:terminal/:keyVersion/:sequence', async (context) => {
    const terminal = integer(context.req.param('terminal'), 1, U32_MAX);
    const keyVersion = integer(context.req.param('keyVersion'), 0, KEY_VERSION_MAX);
    const sequence = integer(context.req.param('sequence'), 0, U32_MAX);
    if (terminal === undefined || keyVersion === undefined || sequence === undefined) {
      return problem(400);
    }
    const record = await reader.readRecord({ terminal, keyVersion, sequence });
    return record === undefined ? problem(404) : context.json(recordView(record));
  });
  app.get('/v1/users/:id/accounts', async (context) => {
    const user = context.req.param('id');
    return USER.test(user)
      ? context.json({ accounts: await reader.readAccounts(user) })
      : problem(400);
  });
  return app;
};

/** Hashing first makes both sides equally long, so that the comparison tells nothing of the token. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const integer = (text: string, min: number, max: number): number | undefined => {
  const value = INTEGER.test(text) ? Number(text) : undefined;
  return value !== undefined && value >= min && value <= max ? value : undefined;
};

/** Without digest and answer: their bytes are the terminal's business. */
const recordView = ({
  digest: _digest,
  answer: _answer,
  ...view
}: RequestRecord): Omit<RequestRecord, 'digest' | 'answer'> => view;
