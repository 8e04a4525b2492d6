/** The kiosk's page: one screen at a time, as the kiosk's process says. */
import { h, type JSX, render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { KioskView } from '#client/content/kiosk-view.ts';
import { SignalBars } from './icons.ts';
import { send, watchShop } from './kiosk-link.ts';
import { OfflineScreen, OutcomeScreen, WaitingScreen } from './outcome-screens.ts';
import { IdentifyScreen, PinScreen } from './pay-screens.ts';
import { ServiceScreen } from './service-screen.ts';
import { ShopScreen } from './shop-screen.ts';

const SERVICE_HASH = '#service';

const App = (): JSX.Element | null => {
  const [view, setView] = useState<KioskView>();
  const [lost, setLost] = useState(false);
  const [service, setService] = useState(location.hash === SERVICE_HASH);
  useEffect(() => watchShop(setView, setLost), []);
  useEffect(() => {
    const follow = (): void => setService(location.hash === SERVICE_HASH);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  if (view === undefined) {
    return null;
  }
  document.documentElement.lang = view.language;
  const offsetMs = view.nowMs - receivedAt(view);
  const { words } = view;
  return h(
    'div',
    { class: 'page' },
    h(Header, { view }),
    lost ? h('p', { class: 'lost', role: 'alert' }, words.status.pageLost) : null,
    h(
      'main',
      null,
      service
        ? h(ServiceScreen, {
            view,
            onClose: () => {
              location.hash = '';
            },
          })
        : h(Screen, { view, offsetMs }),
    ),
    service ? null : h('footer', null, h('a', { href: SERVICE_HASH }, words.service.open)),
  );
};

const receipts = new WeakMap<KioskView, number>();
/** The browser's clock when this state came. */
const receivedAt = (view: KioskView): number => {
  const atMs = receipts.get(view) ?? Date.now();
  receipts.set(view, atMs);
  return atMs;
};

const Header = ({ view }: { readonly view: KioskView }): JSX.Element => {
  const { status, languages, language, words } = view;
  return h(
    'header',
    null,
    h('span', { class: 'brand' }, 'Cosmopay'),
    h(
      'p',
      { class: `status status-${status.tone}`, role: 'status' },
      h(SignalBars, { bars: status.bars, label: status.signalText }),
      h('span', null, status.text),
      status.waiting === '' ? null : h('span', { class: 'waiting' }, status.waiting),
    ),
    h(
      'nav',
      { 'aria-label': words.status.language },
      languages.map(({ code, name }) =>
        h(
          'button',
          {
            key: code,
            type: 'button',
            lang: code,
            'aria-pressed': code === language,
            onClick: () => send({ type: 'language', language: code }),
          },
          name,
        ),
      ),
    ),
  );
};

const Screen = ({
  view,
  offsetMs,
}: {
  readonly view: KioskView;
  readonly offsetMs: number;
}): JSX.Element => {
  const { screen } = view;
  switch (screen.kind) {
    case 'shop':
      return h(ShopScreen, { view, offsetMs });
    case 'identify':
      return h(IdentifyScreen, { view, screen });
    case 'pin':
      return h(PinScreen, { view, screen });
    case 'waiting':
      return h(WaitingScreen, { view, screen, offsetMs });
    case 'outcome':
      return h(OutcomeScreen, { view, screen });
    case 'offline':
      return h(OfflineScreen, { view, screen });
  }
};

const root = document.getElementById('app');
if (root !== null) {
  render(h(App, null), root);
}
