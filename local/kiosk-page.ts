/** The page at /kiosk: how to buy something by hand, in the reader's language. */
import { html } from 'hono/html';
import {
  chooseLanguage,
  type Language,
  type Markup,
  pageShell,
} from '#functions/admin-api/page-shell.ts';
import type { Before } from './rest-api.ts';

interface Words {
  readonly title: string;
  readonly lead: string;
  readonly byHand: string;
  readonly byHandHow: string;
  readonly real: string;
  readonly realHow: string;
  readonly modem: string;
  readonly modemHow: string;
  readonly console: string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    title: 'Buy something',
    lead: 'The kiosk runs in a terminal window, with the modem’s AT dialogue beside it. It needs this system to be up.',
    byHand: 'By hand, through a virtual modem',
    byHandHow: 'In the folder of the project, in a second terminal:',
    real: 'Through a modem on a serial port',
    realHow:
      'With your port and the access point of the SIM card. The bridge has to be reachable from the mobile network.',
    modem: 'From firmware of your own',
    modemHow: 'Connect to the bridge, then speak as docs/protocol.md has it:',
    console: 'Console',
  },
  ko: {
    title: '직접 구매해 보기',
    lead: '키오스크는 터미널 창에서 실행되며, 옆에 모뎀의 AT 대화가 표시됩니다. 이 시스템이 켜져 있어야 합니다.',
    byHand: '가상 모뎀으로 직접',
    byHandHow: '두 번째 터미널을 열고 프로젝트 폴더에서 실행하세요.',
    real: '직렬 포트에 연결된 모뎀으로',
    realHow: '포트와 SIM 카드의 APN을 넣으세요. 이동통신망에서 브리지에 접속할 수 있어야 합니다.',
    modem: '직접 만든 펌웨어로',
    modemHow: '브리지에 연결한 다음 docs/protocol.md에 따라 통신하세요.',
    console: '콘솔',
  },
  zh: {
    title: '动手购买',
    lead: '售货界面在终端窗口中运行，旁边显示调制解调器的 AT 对话。运行时本系统须已启动。',
    byHand: '通过虚拟调制解调器',
    byHandHow: '另开一个终端，在项目文件夹中运行：',
    real: '通过串口上的调制解调器',
    realHow: '请填写您的串口和 SIM 卡的接入点（APN）。移动网络须能访问网桥。',
    modem: '通过自己的固件',
    modemHow: '连接网桥，然后按照 docs/protocol.md 通信：',
    console: '控制台',
  },
};

interface Address {
  readonly host: string;
  readonly port: number;
}

const kioskPage = (language: Language, { host, port }: Address): Markup => {
  const words = WORDS[language];
  return pageShell({
    language,
    title: `Cosmopay: ${words.title}`,
    body: html`<h1>${words.title}</h1>
<p>${words.lead}</p>
<section><h2>${words.byHand}</h2><p>${words.byHandHow}</p><pre>npm run kiosk</pre></section>
<section><h2>${words.real}</h2><p>${words.realHow}</p>
<pre>npm run kiosk -- --port /dev/ttyUSB0 --apn internet</pre></section>
<section><h2>${words.modem}</h2><p>${words.modemHow}</p>
<pre>AT+CIPSTART="TCP","${host}",${port}</pre></section>
<footer><a href="/?lang=${language}">${words.console}</a></footer>`,
  });
};

/** Answers /kiosk, and nothing else. */
export const createKioskPage =
  (bridge: Address): Before =>
  (request, response) => {
    const url = new URL(request.url ?? '/', 'http://local');
    if (request.method !== 'GET' || url.pathname !== '/kiosk') {
      return false;
    }
    const language = chooseLanguage(
      url.searchParams.get('lang') ?? undefined,
      request.headers['accept-language'],
    );
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      vary: 'accept-language',
      'x-content-type-options': 'nosniff',
    });
    response.end(String(kioskPage(language, bridge)));
    return true;
  };
