/** Recognises card numbers and track data, which are refused and never stored (cp1 code 73). */
import { hasGtinCheck, hasLuhn } from './check-digits.ts';
import { readCustomerCode } from './emv-customer-code.ts';
import { asRead, normalise, withAsciiDigits } from './normal-form.ts';

/** Digits of a card number (ISO/IEC 7812). */
const CARD_DIGITS = /^\d{12,19}$/;
/** Track 2 as read (`;PAN=YYMM…?`) or as in DE 35 (`PAN` D `YYMM`); what a reader puts in front of it does not hide it. */
const TRACK_2 = /(?:^|[;?])\d{12,19}[=D]\d{4}/;
/** Track 1 (`%B` PAN `^`) and track 3 (ISO/IEC 4909: `;` or `+`, two digits of format, PAN `=`). */
const TRACK_1_OR_3 = /(?:^|%)B\d{12,19}\^|[;+]\d{14,21}=\d{3}/;
/** GTIN-12, -13 and -14: what bar codes of products carry. */
const GTIN_DIGITS = /^\d{12,14}$/;

/** Whether `text`, as read, looks like a card number, track data or a QR code that carries one. */
export const looksLikeCard = (text: string): boolean => {
  const normal = normalise(withAsciiDigits(text));
  return (
    TRACK_2.test(normal) ||
    TRACK_1_OR_3.test(normal) ||
    (CARD_DIGITS.test(normal) && hasLuhn(normal)) ||
    readCustomerCode(asRead(text))?.hasCard === true
  );
};

/** The same for the sku of a product: a bar code with its own check digit is not a card number. */
export const skuLooksLikeCard = (sku: string): boolean => {
  const normal = normalise(sku);
  return looksLikeCard(sku) && !(GTIN_DIGITS.test(normal) && hasGtinCheck(normal));
};
