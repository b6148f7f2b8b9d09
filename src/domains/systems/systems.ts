import { z } from 'astro/zod';
import { Constants, type Enums } from '~/lib/database.types.ts';
import { id, line } from '~/lib/forms.ts';
import { lengths } from '~/lib/numbers.ts';

/** Other systems: keys that let them in, webhooks that tell them, and the e-mail for each new case. */

export type ApiScope = Enums<'api_scope'>;
export type WebhookKind = Exclude<Enums<'outbox_kind'>, 'test' | 'personal' | 'join_answer'>;

export const apiScopes = Constants.public.Enums.api_scope;
export const webhookKinds = ['report_created', 'report_changed'] as const satisfies WebhookKind[];

export const keyForm = z.object({
  name: line(lengths.api_keys.name),
  scopes: z.array(z.enum(apiScopes)).min(1, 'form.required'),
});

export const webhookForm = z.object({
  id: id(),
  url: line(lengths.webhook_endpoints.url)
    .regex(/^https?:\/\/\S+$/, 'systems.webhook.url_invalid')
    .refine((url) => URL.canParse(url), 'systems.webhook.url_invalid'),
  kinds: z.array(z.enum(webhookKinds)).min(1, 'form.required'),
});

export const intakeForm = z.object({
  intakeEmail: z
    .string()
    .trim()
    .max(lengths.landlord_settings.intake_email, 'form.too_long')
    .regex(/^$|^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'systems.email.invalid')
    .nullish()
    .transform((value) => value || null),
});

export const oneForm = z.object({ id: id() });

export interface ApiKey {
  id: string;
  name: string;
  scopes: ApiScope[];
  createdAt: Date;
  /** A day (YYYY-MM-DD); null: never. */
  lastUsedOn: string | null;
  revokedAt: Date | null;
}

export interface WebhookEndpoint {
  id: string;
  url: string;
  kinds: WebhookKind[];
  version: number;
  queued: number;
  failed: number;
  lastSentAt: Date | null;
  /** Of what is not sent yet or was given up; null: nothing is wrong. */
  problem: { error: string; at: Date } | null;
}
