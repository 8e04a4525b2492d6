/** The one page that a browser gets: what this is, and where its parts are. */
import { html } from 'hono/html';

/** Server-rendered, without script; follows the reader's light or dark setting. */
export const statusPage = (): ReturnType<typeof html> => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Cosmopay</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.6 system-ui, sans-serif; max-width: 42rem; margin: 10vh auto; padding: 0 1.25rem; }
h1 { letter-spacing: -.02em; } p[lang] { opacity: .75; margin: .25rem 0; }
code { padding: .1em .35em; border-radius: .3em; background: color-mix(in srgb, currentColor 10%, transparent); }
</style>
</head>
<body>
<h1>Cosmopay</h1>
<p>Payments for cosmetics sold where the only line out is a GPRS, LTE-M or NB-IoT modem.</p>
<p lang="ko">모뎀만 있는 곳에서도 화장품을 결제합니다.</p>
<p lang="zh">只有蜂窝调制解调器的地方，也能完成化妆品支付。</p>
<h2>Read it</h2>
<ul>
<li><code>GET health</code></li>
<li><code>GET v1/terminals/:id</code></li>
<li><code>GET v1/payments/:terminal/:keyVersion/:sequence</code></li>
<li><code>GET v1/users/:id/accounts</code></li>
</ul>
<p>Everything below <code>v1</code> needs the operator's bearer token.</p>
</body>
</html>`;
