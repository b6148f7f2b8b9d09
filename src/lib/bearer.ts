import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Whether `Authorization: Bearer …` carries this token. No token is set: never. Takes as long for a near miss as for nonsense. */
export function carries(header: string | null, token: string | undefined): boolean {
  const sent = /^Bearer (.+)$/.exec(header ?? '')?.[1];
  return !!token && sent !== undefined && timingSafeEqual(digest(sent), digest(token));
}
