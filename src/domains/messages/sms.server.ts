import { postOutside } from '~/lib/outgoing.ts';
import type { Failure } from './messages.ts';

/** A gateway that takes SMS over HTTP. */
export interface SmsSettings {
  url: string;
  /** The body, with {to}, {text} and {id}: JSON, or else a form (`to={to}&text={text}`). */
  template?: string | undefined;
  /** The whole header `Authorization`. */
  authorization?: string | undefined;
}

export interface Sms {
  /** The same at each try, so that the gateway can tell. */
  id: string;
  to: string;
  text: string;
}

const usualTemplate = '{"to":"{to}","message":"{text}","reference":"{id}"}';

/** Any other gateway is another function of this type. */
export type SmsSender = (sms: Sms) => Promise<Failure>;

export const smsSender =
  ({ url, template, authorization }: SmsSettings, timeout?: number): SmsSender =>
  async (sms) => {
    const { body, type } = fill(template || usualTemplate, sms);
    const error = await postOutside({
      url,
      headers: {
        'content-type': type,
        'idempotency-key': sms.id,
        ...(authorization && { authorization }),
      },
      body,
      // The operator chose the address, and gateways are in closed networks too.
      allowPrivate: true,
      ...(timeout && { timeout }),
    });
    return error === null ? null : { error, isFinal: finals.has(error) };
  };

/** The gateway refuses for good, for example a number that does not exist. Everything else is retried. */
const finals = new Set(['status 400', 'status 422']);

/** Values are put in after the template is read, so that no text can change its form. */
export function fill(template: string, sms: Sms): { body: string; type: string } {
  const put = (text: string, as = (value: string) => value) =>
    text.replace(/\{(to|text|id)\}/g, (_, name: keyof Sms) => as(sms[name]));
  const json = parsed(template);
  if (json === undefined)
    return { body: put(template, encodeURIComponent), type: 'application/x-www-form-urlencoded' };
  const filled = JSON.stringify(json, (_, value: unknown) =>
    typeof value === 'string' ? put(value) : value,
  );
  return { body: filled, type: 'application/json' };
}

function parsed(template: string): unknown {
  try {
    return JSON.parse(template);
  } catch {
    return undefined;
  }
}
