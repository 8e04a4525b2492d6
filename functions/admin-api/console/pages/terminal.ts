/** One terminal: set up, stopped and started, given keys, and tried by hand. */
import { html, raw } from 'hono/html';
import { renderSVG } from 'uqr';
import { isRefusal, type Refusal } from '../../http/problems.ts';
import {
  type Action,
  type Form,
  outcomeOf,
  type Page,
  type PageContext,
  type Rendered,
  textIn,
} from '../context.ts';
import type { Markup } from '../languages.ts';
import { button, card, facts, link, none, refusalBox } from '../parts.ts';
import { atCommands } from './at-commands.ts';
import {
  type Content,
  contentOf,
  documentForm,
  type Field,
  NEW,
  type Typed,
} from './document-form.ts';
import { merchantsOf } from './merchants.ts';
import { latestCard, latestPayments } from './payments.ts';
import { regionsOf } from './regions.ts';
import { bytesLine, signalLine, type TerminalShown, terminalStatus } from './terminals.ts';

const TRANSPORTS = ['plain', 'tls', 'psk', 'mtls'] as const;

interface Enrolled {
  readonly terminal: TerminalShown;
  readonly enrolment: {
    readonly keyVersion: number;
    readonly expiresAtS: number;
    readonly code?: string;
  };
}

const fieldsOf = async (context: PageContext): Promise<readonly Field[]> => {
  const { words } = context;
  const w = words.terminals;
  const [regions, merchants] = await Promise.all([regionsOf(context), merchantsOf(context)]);
  return [
    { path: 'label', label: w.label, hint: w.labelHint, kind: 'text' },
    {
      path: 'merchant',
      label: words.payments.merchant,
      kind: 'choice',
      required: true,
      options: merchants.map(({ id }) => [id, id] as const),
    },
    {
      path: 'region',
      label: w.region,
      kind: 'choice',
      required: true,
      options: regions.map(({ id }) => [id, id] as const),
    },
    { path: 'group', label: w.group, hint: w.groupHint, kind: 'text' },
    {
      path: 'limits.perPaymentMinor',
      label: w.perPayment,
      hint: words.merchants.minorHint,
      kind: 'number',
    },
    {
      path: 'limits.perDayMinor',
      label: w.perDay,
      hint: words.merchants.minorHint,
      kind: 'number',
    },
    {
      path: 'transports',
      label: w.transports,
      kind: 'several',
      options: TRANSPORTS.map((one) => [one, one] as const),
    },
  ];
};

const render = async (context: PageContext, typed?: Typed): Promise<Rendered | Refusal> => {
  const { api, words, params, format } = context;
  const id = params.id ?? '';
  const w = words.terminals;
  const fields = await fieldsOf(context);
  const refused = typed ? refusalBox(context, typed.refusal) : none;
  if (id === NEW) {
    const idField: Field = {
      path: 'id',
      label: w.number,
      hint: w.numberHint,
      kind: 'number',
      required: true,
    };
    return {
      section: 'terminals',
      title: `${words.sections.terminals}: ${words.list.newOne}`,
      body: html`${refused}${card(w.setUp, documentForm(context, { action: `terminals/${NEW}`, fields: [idField, ...fields], content: {}, typed, save: w.addNow }))}`,
    };
  }
  const found = await api.ask<TerminalShown>('terminals.get', { params: { id } });
  if (isRefusal(found)) {
    return found;
  }
  const terminal = found.body;
  const payments = await latestPayments(context, { terminal: id });
  return {
    section: 'terminals',
    title: `${words.sections.terminals}: ${id}`,
    body: html`${refused}<div class="columns">${card(
      terminal.label ?? id,
      html`${facts([
        [words.scope.status, terminalStatus(context, terminal)],
        [w.lastSeen, terminal.seen.atS === undefined ? w.never : format.time(terminal.seen.atS)],
        [w.signal, signalLine(context, terminal.seen)],
        [w.bytes, bytesLine(context, terminal.seen)],
        [w.keys, `${terminal.keyVersionMin}–${terminal.keyVersion}`],
      ])}<div class="buttons">${controls(context, terminal)}</div>`,
    )}${card(w.byHand, atCommands(context))}</div>${card(
      words.list.change,
      documentForm(context, {
        action: `terminals/${id}`,
        fields,
        content: { ...terminal },
        version: terminal.version,
        typed,
        save: words.list.save,
      }),
    )}${latestCard(context, payments)}`,
  };
};

const controls = (
  context: PageContext,
  { id, status, keyVersion, keyVersionMin }: TerminalShown,
): readonly Markup[] => {
  const { api, words } = context;
  const w = words.terminals;
  const press = (
    what: keyof PageContext['words']['terminals']['actions'],
    operation: string,
    sure?: string,
  ) =>
    api.may(operation)
      ? button(context, {
          action: `terminals/${id}/${what}`,
          text: w.actions[what],
          ...(sure === undefined ? {} : { sure }),
          kind: what === 'retire' ? 'danger' : '',
        })
      : none;
  if (status === 'retired') {
    return [];
  }
  return [
    status === 'active'
      ? press('suspend', 'terminals.suspend', w.suspendSure)
      : press('resume', 'terminals.resume'),
    press('enrolment', 'terminals.enrol', w.enrolSure),
    press('rotate', 'terminals.rotate', w.rotateSure),
    keyVersionMin < keyVersion
      ? press('retire-keys', 'terminals.retireKeys', w.retireKeysSure)
      : none,
    press('capture', 'terminals.capture', w.captureSure),
    press('retire', 'terminals.retire', w.retireSure),
  ];
};

export const terminalPage: Page = { path: 'terminals/{id}', render: (context) => render(context) };

/** The code, once: as a picture for the installer's tool, and as text. */
const enrolled = (context: PageContext, { terminal, enrolment }: Enrolled): Rendered => {
  const { words, format, enrolUrl } = context;
  const w = words.terminals;
  const { code, expiresAtS, keyVersion } = enrolment;
  const content = JSON.stringify({ url: enrolUrl, terminal: terminal.id, code });
  return {
    section: 'terminals',
    title: `${words.sections.terminals}: ${terminal.id}`,
    body: html`${
      code === undefined
        ? html`<div class="notice warn">${w.codeGone}</div>`
        : html`<div class="columns">${card(
            w.code,
            html`<p class="code"><code>${code}</code></p><p class="hint">${w.codeHint}</p>${facts([
              [w.keyVersion, keyVersion],
              [w.until, format.time(expiresAtS)],
            ])}<pre>curl -s ${enrolUrl} -H 'content-type: application/json' \\
  -d '${JSON.stringify({ terminal: terminal.id, code })}'</pre>`,
          )}${card(w.qr, html`<div class="qr" role="img" aria-label="${w.qr}">${raw(renderSVG(content, { ecc: 'M', border: 2 }))}</div><p class="hint">${w.qrHint}</p>`)}</div>`
    }${card(w.byHand, atCommands(context))}<p>${link(`terminals/${terminal.id}`, w.toTerminal)}</p>`,
  };
};

const save = async (context: PageContext, sent: Form) => {
  const { api, params } = context;
  const id = params.id ?? '';
  const fields = await fieldsOf(context);
  const key = textIn(sent, '_key');
  if (id === NEW) {
    const body = { id: Number(textIn(sent, 'id')), ...contentOf(fields, sent) };
    const result = await api.ask<Enrolled>('terminals.add', { body, key });
    return isRefusal(result) ? result : { page: enrolled(context, result.body) };
  }
  const found = await api.ask<TerminalShown>('terminals.get', { params: { id } });
  if (isRefusal(found)) {
    return found;
  }
  const {
    id: _id,
    status: _s,
    keyVersion: _k,
    keyVersionMin: _m,
    version: _v,
    changedAtS: _c,
    seen: _n,
    ...before
  } = found.body;
  const result = await api.ask('terminals.change', {
    params: { id },
    body: contentOf(fields, sent, before as Content),
    key,
    seenVersion: Number(textIn(sent, '_version')),
  });
  return isRefusal(result) ? result : { go: `terminals/${id}`, done: 'saved' as const };
};

const again: Action['again'] = (context, sent, refusal) => render(context, { form: sent, refusal });

/** Minutes of a capture: to have somebody try a terminal by hand. */
const CAPTURE_MINUTES = 30;

/** `bodyOf`: what the operation asks besides the number. */
const stateAction = (
  what: 'suspend' | 'resume' | 'retire' | 'retire-keys' | 'capture',
  operation: string,
  bodyOf: (terminal: TerminalShown) => object = () => ({}),
): Action => ({
  path: `terminals/{id}/${what}`,
  run: async ({ api, params }, sent) => {
    const id = params.id ?? '';
    const found = await api.ask<TerminalShown>('terminals.get', { params: { id } });
    if (isRefusal(found)) {
      return found;
    }
    const result = await api.ask(operation, {
      params: { id },
      body: bodyOf(found.body),
      key: textIn(sent, '_key'),
    });
    return isRefusal(result) ? result : outcomeOf(result, { go: `terminals/${id}`, done: 'saved' });
  },
  again: (context, _sent, refusal) => renderPlain(context, refusal),
});

const codeAction = (path: 'rotate' | 'enrolment', operation: string): Action => ({
  path: `terminals/{id}/${path}`,
  run: async (context, sent) => {
    const result = await context.api.ask<Enrolled>(operation, {
      params: { id: context.params.id ?? '' },
      key: textIn(sent, '_key'),
    });
    return isRefusal(result) ? result : { page: enrolled(context, result.body) };
  },
  again: (context, _sent, refusal) => renderPlain(context, refusal),
});

/** The page as it stands, with what was refused above it. */
const renderPlain = async (context: PageContext, refusal: Refusal): Promise<Rendered | Refusal> => {
  const page = await render(context);
  return isRefusal(page)
    ? page
    : { ...page, body: html`${refusalBox(context, refusal)}${page.body}` };
};

export const terminalActions: readonly Action[] = [
  { path: 'terminals/{id}', run: save, again },
  stateAction('suspend', 'terminals.suspend'),
  stateAction('resume', 'terminals.resume'),
  stateAction('retire', 'terminals.retire'),
  stateAction('retire-keys', 'terminals.retireKeys', ({ keyVersion }) => ({ below: keyVersion })),
  stateAction('capture', 'terminals.capture', () => ({ minutes: CAPTURE_MINUTES })),
  codeAction('rotate', 'terminals.rotate'),
  codeAction('enrolment', 'terminals.enrol'),
];
