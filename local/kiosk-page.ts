/** The page at /kiosk: says how to buy something by hand. */
import type { Before } from './rest-api.ts';

const PAGE = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Cosmopay kiosk</title>
<body style="font:16px/1.5 system-ui;max-width:40em;margin:3em auto;padding:0 1em">
<h1>Cosmopay kiosk</h1>
<p>The kiosk runs in a terminal window, with the modem's AT dialogue beside it. While this system is up, run:</p>
<pre>npm run kiosk</pre>
<p>The console is <a href="/">here</a>.</p></body></html>`;

/** Answers /kiosk, and nothing else. */
export const answerKiosk: Before = (request, response) => {
  if (request.method !== 'GET' || request.url !== '/kiosk') {
    return false;
  }
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  });
  response.end(PAGE);
  return true;
};
