/**
 * Numbers as all three languages write them, `1,234.5`. Not by `Intl`: its data costs a kiosk seven megabytes of memory, and the
 * three agree (CLDR). Digits are cut or rounded in decimal, never in floating point.
 */

/** A decimal such as `-1234.50`, with its thousands apart. */
export const groupedText = (decimal: string): string => {
  const [whole = '', ...fraction] = decimal.split('.');
  return [whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ','), ...fraction].join('.');
};

/** `digits`: of the fraction at most; zeros at its end are left out, down to `least`. */
export const numberText = (value: number, digits = 0, least = 0): string => {
  const fixed = value.toFixed(digits);
  const extra = digits - least;
  const text = extra > 0 ? fixed.replace(new RegExp(`0{1,${extra}}$`), '') : fixed;
  return groupedText(text.replace(/\.$/, ''));
};
