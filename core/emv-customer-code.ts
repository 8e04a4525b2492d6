/** EMVCo QR codes that a customer shows (consumer-presented mode 1.1): Base64 of BER-TLV, CPV01 first. */
import { fromBase64 } from '#protocol/base64.ts';
import { type BerNode, decodeBerTlv } from '#protocol/ber-tlv.ts';
import { toHex } from '#protocol/bytes.ts';

/** Characters of Base64: EMVCo's own limit. */
export const CUSTOMER_CODE_LENGTH_MAX = 512;
/** Format `85 05 CPV01` and an empty application template, in Base64. */
export const CUSTOMER_CODE_LENGTH_MIN = 12;
/** What `85 05 CPV01` and a template 6x look like in Base64. */
export const CUSTOMER_CODE_PREFIX = 'hQVDUFYwMW';

const FORMAT_TAG = 0x85;
/** `CPV01`. */
const FORMAT = '4350563031';
const APPLICATION_TEMPLATE = 0x61;
/** Track 1, track 2 and the number of a card, or of the token in its place. */
const CARD_TAGS: readonly number[] = [0x56, 0x57, 0x5a];
/** Token requestor id, 11 digits: EMVCo tokenisation puts it only where the number is a token, not a card. */
const TOKEN_REQUESTOR_TAG = 0x9f19;
const TOKEN_REQUESTOR_BYTES = 6;

export interface CustomerCode {
  /** It carries the number or a track of a card, and not of a token in its place. */
  readonly hasCard: boolean;
}

/** What `text`, as read, carries; undefined: no well-formed customer code. */
export const readCustomerCode = (text: string): CustomerCode | undefined => {
  if (!text.startsWith(CUSTOMER_CODE_PREFIX) || text.length > CUSTOMER_CODE_LENGTH_MAX) {
    return undefined;
  }
  const bytes = fromBase64(text);
  const nodes = bytes === undefined ? undefined : decodeBerTlv(bytes);
  const [format, ...templates] = nodes ?? [];
  if (
    format?.tag !== FORMAT_TAG ||
    toHex(format.value) !== FORMAT ||
    !templates.some(({ tag }) => tag === APPLICATION_TEMPLATE)
  ) {
    return undefined;
  }
  return { hasCard: templates.some(templateHasCard) };
};

/** A token requestor vouches only for the template that it is in. */
const templateHasCard = (template: BerNode): boolean => {
  const all = flatten([template]);
  const isToken = all.some(
    ({ tag, value }) => tag === TOKEN_REQUESTOR_TAG && value.length === TOKEN_REQUESTOR_BYTES,
  );
  return !isToken && all.some(({ tag }) => CARD_TAGS.includes(tag));
};

const flatten = (nodes: readonly BerNode[]): readonly BerNode[] =>
  nodes.flatMap((node) => [node, ...flatten(node.children)]);
