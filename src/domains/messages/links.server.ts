import { createHmac, timingSafeEqual } from 'node:crypto';

/** The link in an e-mail that ends e-mail to its receiver, without signing in. It is good for nothing else, and as long as the key. */

const mac = (key: string, person: Buffer) =>
  createHmac('sha256', key).update('bomiljo-unsubscribe-email:').update(person).digest();

/** 64 signs for an address: who it is for, and a signature of that. */
export function unsubscribeCode(key: string, personId: string): string {
  const person = Buffer.from(personId.replaceAll('-', ''), 'hex');
  return Buffer.concat([person, mac(key, person)]).toString('base64url');
}

/** Whose e-mail it ends; null when we did not sign it. */
export function readUnsubscribeCode(key: string, code: string): string | null {
  const bytes = Buffer.from(code, 'base64url');
  const [person, signature] = [bytes.subarray(0, 16), bytes.subarray(16)];
  if (bytes.toString('base64url') !== code || signature.length !== 32) return null;
  if (!timingSafeEqual(signature, mac(key, person))) return null;
  return person.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
