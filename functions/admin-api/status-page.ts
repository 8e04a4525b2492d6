/** The one page that a browser gets of the console: that it answers, and what can be asked. */
import { html } from 'hono/html';
import { type Language, type Markup, pageShell } from './page-shell.ts';

interface Words {
  readonly title: string;
  readonly lead: string;
  readonly ask: string;
  readonly token: string;
  readonly health: string;
  readonly terminal: string;
  readonly payment: string;
  readonly accounts: string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    title: 'The console is up',
    lead: 'Payments for cosmetics sold where the only line out is a GPRS, LTE-M or NB-IoT modem.',
    ask: 'What can be asked',
    token:
      'Paths below v1 need an operator’s access token; openapi.json describes all of them. Three that only read:',
    health: 'Whether this console answers. Needs no token.',
    terminal: 'A terminal: its merchant, region and status.',
    payment: 'One payment request: the decision, its evidence, the amounts now.',
    accounts: 'The accounts of a user: balance and held money, one per currency.',
  },
  ko: {
    title: '콘솔이 작동 중입니다',
    lead: 'GPRS, LTE-M, NB-IoT 모뎀만 연결된 곳에서 파는 화장품의 결제 시스템입니다.',
    ask: '조회할 수 있는 것',
    token:
      'v1 아래 경로에는 운영자의 액세스 토큰이 필요하며, 전체 설명은 openapi.json에 있습니다. 조회만 하는 세 가지 예:',
    health: '콘솔이 응답하는지 확인합니다. 토큰이 필요 없습니다.',
    terminal: '단말기: 가맹점, 지역, 상태.',
    payment: '결제 요청 한 건: 판정과 근거, 현재 금액.',
    accounts: '사용자의 계정: 통화별 잔액과 보류 금액.',
  },
  zh: {
    title: '控制台运行正常',
    lead: '面向只有 GPRS、LTE-M 或 NB-IoT 调制解调器联网的化妆品销售点的支付系统。',
    ask: '可以查询的内容',
    token: 'v1 下的路径需要运营者的访问令牌，全部说明见 openapi.json。以下三个只读取：',
    health: '确认控制台是否响应，无需令牌。',
    terminal: '终端：所属商户、地区和状态。',
    payment: '一笔支付请求：决定、依据和当前金额。',
    accounts: '用户账户：每种货币的余额和冻结金额。',
  },
};

/** Server-rendered, in the reader's language. */
export const statusPage = (language: Language = 'en'): Markup => {
  const words = WORDS[language];
  return pageShell({
    language,
    title: `Cosmopay: ${words.title}`,
    body: html`<h1>${words.title}</h1>
<p>${words.lead}</p>
<section>
<h2>${words.ask}</h2>
<p>${words.token}</p>
<dl>
<dt><code>GET health</code></dt><dd>${words.health}</dd>
<dt><code>GET v1/terminals/:id</code></dt><dd>${words.terminal}</dd>
<dt><code>GET v1/payments/:terminal/:keyVersion/:sequence</code></dt><dd>${words.payment}</dd>
<dt><code>GET v1/users/:id/accounts</code></dt><dd>${words.accounts}</dd>
</dl>
</section>`,
  });
};
