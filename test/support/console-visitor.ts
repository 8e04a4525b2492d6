/** Somebody at a browser without scripts: follows links, fills in forms with what they already hold, keeps cookies. */
import { ROLES, type Role } from '#functions/admin-api/access/roles.ts';
import type { AdminWorld } from './admin-world.ts';
import { CONSOLE_URL } from './console-under-test.ts';

const { host, origin } = new URL(CONSOLE_URL);

export interface Visit {
  readonly status: number;
  readonly html: string;
  readonly headers: Headers;
  /** Where it sends the browser, below the console. */
  readonly location: string | undefined;
}

export interface Visitor {
  get(path: string): Promise<Visit>;
  /** Sends the form of a page whose action is `action`, with these fields in place of what they hold. */
  send(
    page: string,
    action: string,
    fields?: Readonly<Record<string, string | readonly string[]>>,
  ): Promise<Visit>;
  /** Sends fields as they are. */
  post(
    path: string,
    fields: Readonly<Record<string, string | readonly string[]>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Visit>;
}

export const visitAs = (
  { app, forge }: Pick<AdminWorld, 'app' | 'forge'>,
  who: {
    readonly subject?: string;
    readonly roles?: readonly Role[];
    readonly language?: string;
  } = {},
): Visitor => {
  const { subject = 'alice', roles = ROLES, language = 'en' } = who;
  const token = forge.token({ sub: subject, 'cognito:groups': roles });
  const ask = async (path: string, init: RequestInit): Promise<Visit> => {
    const response = await app.request(`/console/${path}`, {
      ...init,
      headers: {
        host,
        cookie: `cosmopay_session=${token}; cosmopay_language=${language}`,
        ...(init.headers as Record<string, string>),
      },
    });
    const location = response.headers.get('location') ?? undefined;
    return {
      status: response.status,
      html: await response.text(),
      headers: response.headers,
      location: location?.replace(/^\/console\//, ''),
    };
  };
  const post: Visitor['post'] = (path, fields, headers = {}) => {
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(fields)) {
      for (const text of typeof value === 'string' ? [value] : value) {
        body.append(name, text);
      }
    }
    return ask(path, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: body.toString(),
    });
  };
  return {
    get: (path) => ask(path, {}),
    post,
    send: async (page, action, fields = {}) => {
      const { html, status } = await ask(page, {});
      const form = formsOf(html).find((one) => one.action === action);
      if (form === undefined) {
        throw new Error(`${page} (${status}) has no form ${action}`);
      }
      return post(action, { ...form.fields, ...fields });
    },
  };
};

interface FoundForm {
  readonly action: string;
  readonly fields: Readonly<Record<string, string | readonly string[]>>;
}

/** Forms of a page with what their controls hold, as HTML says a browser sends them. */
export const formsOf = (html: string): readonly FoundForm[] =>
  [...html.matchAll(/<form method="post" action="([^"]+)"[^>]*>(.*?)<\/form>/gs)].map(
    ([, action = '', content = '']) => ({ action, fields: fieldsOf(content) }),
  );

const unescaped = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

const attributeOf = (tag: string, name: string): string | undefined => {
  const [, value] = new RegExp(` ${name}="([^"]*)"`).exec(tag) ?? [];
  return value === undefined ? undefined : unescaped(value);
};

const fieldsOf = (content: string): FoundForm['fields'] => {
  const fields: Record<string, string | string[]> = {};
  const put = (name: string | undefined, value: string): void => {
    if (name !== undefined) {
      const before = fields[name];
      fields[name] = before === undefined ? value : [before, value].flat();
    }
  };
  for (const [tag] of content.matchAll(/<input [^>]*>/g)) {
    if (!tag.includes('type="checkbox"') || tag.includes(' checked')) {
      put(attributeOf(tag, 'name'), attributeOf(tag, 'value') ?? '');
    }
  }
  for (const [tag, text = ''] of content.matchAll(/<textarea [^>]*>(.*?)<\/textarea>/gs)) {
    put(attributeOf(tag, 'name'), unescaped(text));
  }
  for (const [tag, options = ''] of content.matchAll(/<select [^>]*>(.*?)<\/select>/gs)) {
    const all = [...options.matchAll(/<option [^>]*>/g)].map(([option]) => option);
    const chosen = all.find((option) => option.includes(' selected')) ?? all[0];
    put(attributeOf(tag, 'name'), (chosen && attributeOf(chosen, 'value')) ?? '');
  }
  return fields;
};
