/** What to type at a modem, per family, to see whether it reaches this bridge: docs/modems.md, "By hand". */
import { html } from 'hono/html';
import type { PageContext } from '../context.ts';
import type { Markup } from '../languages.ts';

interface Family {
  readonly name: string;
  readonly models: string;
  readonly lines: readonly string[];
  /** What the last line has to be answered with. */
  readonly answer: string;
}

/** `apn` stays: it is the carrier's. */
const familiesAt = (host: string, port: string): readonly Family[] => [
  {
    name: 'SIM800',
    models: 'SIM800, SIM808, SIM868, SIM900',
    lines: [
      'AT+CSQ',
      'AT+CGREG?',
      'AT+CSTT="apn"',
      'AT+CIICR',
      'AT+CIFSR',
      `AT+CIPSTART="TCP","${host}",${port}`,
    ],
    answer: 'CONNECT OK',
  },
  {
    name: 'SIM7600',
    models: 'SIM7500, SIM7600, A7670',
    lines: [
      'AT+CSQ',
      'AT+CEREG?',
      'AT+CGDCONT=1,"IP","apn"',
      'AT+NETOPEN',
      `AT+CIPOPEN=0,"TCP","${host}",${port}`,
    ],
    answer: '+CIPOPEN: 0,0',
  },
  {
    name: 'Quectel',
    models: 'BG95, BG96, EC2x, EG9x',
    lines: [
      'AT+CSQ',
      'AT+CEREG?',
      'AT+QICSGP=1,1,"apn"',
      'AT+QIACT=1',
      `AT+QIOPEN=1,0,"TCP","${host}",${port},0,0`,
    ],
    answer: '+QIOPEN: 0,0',
  },
  {
    name: 'u-blox',
    models: 'SARA-R4, SARA-N4, SARA-R5',
    lines: [
      'AT+CSQ',
      'AT+CEREG?',
      'AT+CGDCONT=1,"IP","apn"',
      'AT+CGACT=1,1',
      'AT+USOCR=6',
      `AT+USOCO=0,"${host}",${port}`,
    ],
    answer: 'OK',
  },
];

export const atCommands = ({ words, bridge }: Pick<PageContext, 'words' | 'bridge'>): Markup => {
  const at = bridge.lastIndexOf(':');
  const families = familiesAt(bridge.slice(0, at), bridge.slice(at + 1));
  const w = words.terminals;
  return html`<p class="hint">${w.byHandHint} <code>${bridge}</code></p>${families.map(
    ({ name, models, lines, answer }, index) =>
      html`<details name="family"${index === 0 ? html` open` : html``}><summary><strong>${name}</strong> <small>${models}</small></summary><pre>${lines.join('\n')}</pre><p>${w.answer} <code>${answer}</code></p></details>`,
  )}`;
};
