/** Crockford's base 32: no I, L, O and U, so that handwriting can be read back. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const receiptLength = 16; // signs of 5 bits

/** A new receipt code: 80 random bits. Nobody keeps it but the voter; the database keeps a salted hash. */
export const drawReceipt = (): string =>
  // 256 is divisible by 32, so all characters are equally likely.
  [...crypto.getRandomValues(new Uint8Array(receiptLength))].map((n) => alphabet[n % 32]).join('');

/** Normalises what was typed: spaces, dashes, case, O for 0 and I or L for 1 are forgiven (as private.plain_code does). */
export const plainReceipt = (typed: string): string =>
  typed
    .replace(/[^0-9A-Za-z]/g, '')
    .toUpperCase()
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');

export const isReceipt = (plain: string): boolean =>
  plain.length === receiptLength && [...plain].every((sign) => alphabet.includes(sign));

/** XXXX-XXXX-XXXX-XXXX */
export const spacedReceipt = (plain: string): string => plain.match(/.{1,4}/g)?.join('-') ?? '';

/** A control number in groups of four, as in the list: easier to compare. */
export const spacedControl = (control: string): string => control.match(/.{1,4}/g)?.join(' ') ?? '';

/** What travels once from casting to the page that shows it: the vote it belongs to, the code and the control number. */
export interface Receipt {
  pollId: string;
  code: string;
  control: string | null;
}
/** A cookie for each vote: two votes in two tabs do not take each other's receipt. */
export const receiptCookie = (pollId: string) => `receipt-${pollId}`;

export const packReceipt = ({ pollId, code, control }: Receipt) =>
  [pollId, code, control ?? ''].join('.');

/** Null for anything but a receipt of this vote. */
export function unpackReceipt(packed: string | null, pollId: string): Receipt | null {
  const [of, code, control] = packed?.split('.') ?? [];
  return of === pollId && code && isReceipt(code)
    ? { pollId, code, control: control || null }
    : null;
}
