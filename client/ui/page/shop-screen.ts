/** The shop: what is sold here, what is open and until when, and the basket. */
import { h, type JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { BasketView, KioskView, ProductView } from '#client/content/kiosk-view.ts';
import type { ShopWords } from '#client/content/page-words.ts';
import { SHORT_TEXT_BYTES_MAX } from '#protocol/limits.ts';
import { Countdown } from './countdown.ts';
import { Heading } from './heading.ts';
import { send } from './kiosk-link.ts';
import { ProductArt } from './product-art.ts';

interface ShopProps {
  readonly view: KioskView;
  readonly offsetMs: number;
}

export const ShopScreen = ({ view, offsetMs }: ShopProps): JSX.Element => {
  const { shop } = view.words;
  return h(
    'div',
    { class: 'shop' },
    h(
      'section',
      { class: 'catalogue', 'aria-labelledby': 'screen-title' },
      h(Heading, { text: shop.title }),
      h('p', { class: 'lead' }, shop.lead),
      view.products.length === 0
        ? h(
            'div',
            { class: 'empty', role: 'status' },
            h('h2', null, shop.noProducts.title),
            h('p', null, shop.noProducts.hint),
          )
        : h(
            'ul',
            { class: 'products' },
            view.products.map((product) =>
              h(ProductCard, { key: product.sku, product, view, offsetMs }),
            ),
          ),
    ),
    h(Basket, { basket: view.basket, words: shop }),
    view.basket.lines.length === 0 ? null : h(CheckoutBar, { basket: view.basket, words: shop }),
  );
};

interface BasketProps {
  readonly basket: BasketView;
  readonly words: ShopWords;
}

/** On small screens the way to pay stays in reach, whatever is scrolled. */
const CheckoutBar = ({ basket, words }: BasketProps): JSX.Element =>
  h(
    'div',
    { class: 'checkout-bar' },
    h('span', null, words.total),
    h('strong', null, basket.total),
    h(
      'button',
      { type: 'button', class: 'button primary', onClick: () => send({ type: 'checkout' }) },
      words.pay,
    ),
  );

const ProductCard = ({
  product,
  view,
  offsetMs,
}: ShopProps & { readonly product: ProductView }): JSX.Element => {
  const { shop } = view.words;
  const { sku, name, price, open, quantity } = product;
  return h(
    'li',
    { class: open ? 'product' : 'product product-closed' },
    h(
      'div',
      { class: 'picture' },
      h(ProductArt, { sku }),
      quantity > 0 ? h('span', { class: 'count', 'aria-hidden': 'true' }, quantity) : null,
    ),
    h(
      'div',
      { class: 'facts' },
      h('h2', null, name),
      h('p', { class: 'price' }, price),
      h(Hours, { product, view, offsetMs }),
    ),
    h(
      'button',
      {
        type: 'button',
        class: 'button add',
        disabled: !open,
        'aria-label': `${shop.add}: ${name}, ${price}`,
        onClick: () => send({ type: 'add', sku }),
      },
      open ? shop.add : shop.closed,
    ),
  );
};

const Hours = ({
  product,
  view,
  offsetMs,
}: ShopProps & { readonly product: ProductView }): JSX.Element => {
  const { shop } = view.words;
  const { open, changesAtMs } = product;
  if (changesAtMs === undefined) {
    return h('p', { class: 'hours' }, open ? shop.onSale : shop.opensLater);
  }
  return h(
    'p',
    { class: 'hours' },
    `${open ? shop.closesIn : shop.opensIn} `,
    h(Countdown, { untilMs: changesAtMs, offsetMs, locale: view.locale }),
  );
};

const Basket = ({ basket, words }: BasketProps): JSX.Element =>
  h(
    'aside',
    { class: 'basket', 'aria-label': words.basket },
    h('h2', null, words.basket),
    basket.lines.length === 0
      ? h('p', { class: 'quiet' }, words.basketEmpty)
      : [
          h(
            'ul',
            { class: 'lines', key: 'lines' },
            basket.lines.map((line) => h(Line, { key: line.sku, line, words })),
          ),
          h(
            'div',
            { class: 'total', key: 'total', role: 'status' },
            h('span', null, words.total),
            h('strong', null, basket.total),
          ),
          h(Promotion, { key: 'promotion', code: basket.promotion, words }),
          h(
            'div',
            { class: 'basket-actions', key: 'actions' },
            h(
              'button',
              {
                type: 'button',
                class: 'button primary',
                id: 'pay',
                onClick: () => send({ type: 'checkout' }),
              },
              words.pay,
            ),
            h(
              'button',
              { type: 'button', class: 'button plain', onClick: () => send({ type: 'empty' }) },
              words.empty,
            ),
          ),
        ],
  );

/** A code that is typed, or the one that is used. */
const Promotion = ({
  code,
  words: { promotion },
}: {
  readonly code: string | undefined;
  readonly words: ShopWords;
}): JSX.Element => {
  const [text, setText] = useState('');
  if (code !== undefined) {
    return h(
      'div',
      { class: 'promotion' },
      h('span', null, h('strong', null, code), h('br', null), promotion.hint),
      h(
        'button',
        {
          type: 'button',
          class: 'button plain',
          onClick: () => send({ type: 'promotion', text: '' }),
        },
        promotion.remove,
      ),
    );
  }
  const use = (event: Event): void => {
    event.preventDefault();
    send({ type: 'promotion', text });
    setText('');
  };
  return h(
    'form',
    { class: 'promotion', onSubmit: use, autocomplete: 'off' },
    h('label', { for: 'promotion' }, promotion.label),
    h('input', {
      id: 'promotion',
      value: text,
      maxLength: SHORT_TEXT_BYTES_MAX,
      autocapitalize: 'characters',
      onInput: (event: Event) => setText((event.target as HTMLInputElement).value),
    }),
    h('button', { type: 'submit', class: 'button' }, promotion.use),
  );
};

const Line = ({
  line,
  words,
}: {
  readonly line: BasketView['lines'][number];
  readonly words: ShopWords;
}): JSX.Element =>
  h(
    'li',
    { class: 'line' },
    h('span', { class: 'line-name' }, line.name),
    h(
      'span',
      { class: 'stepper' },
      h(
        'button',
        {
          type: 'button',
          'aria-label': `${words.takeOne}: ${line.name}`,
          onClick: () => send({ type: 'take', sku: line.sku }),
        },
        '−',
      ),
      h('span', { 'aria-live': 'polite' }, line.quantity),
      h(
        'button',
        {
          type: 'button',
          'aria-label': `${words.addOne}: ${line.name}`,
          onClick: () => send({ type: 'add', sku: line.sku }),
        },
        '+',
      ),
    ),
    h('span', { class: 'line-total' }, line.total),
  );
