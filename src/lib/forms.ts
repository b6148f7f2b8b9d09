import { ActionError, isInputError } from 'astro:actions';
import { z } from 'astro/zod';
import { isMessageKey, type MessageKey } from '~/i18n/index.ts';
import { osloInstant } from './time.ts';

/** What a page needs to print a form again after an error: what was typed, and the message under each field. */
export interface FormState {
  values: Record<string, string[]>;
  errors: Record<string, MessageKey>;
  /** An error that belongs to no single field. */
  message?: MessageKey | undefined;
}

/** Where a successful form leads, and the one-time message shown there. */
export interface FormDone {
  redirectTo: string;
  flash?: MessageKey;
}

/** PostgreSQL cannot store the NUL character; nobody types it by mistake. */
export const storable = /^[^\0]*$/;

/** Browsers send CRLF but count one character per line break. */
const plainBreaks = (value: string) => value.replaceAll('\r\n', '\n');

/** Has visible text: not only spaces, zero-width characters and the like. */
const visible = /[^\s\p{C}]/u;

/** Required text of 1 to `max` characters, trimmed. */
export const text = (max: number) =>
  z
    .string({ error: 'form.required' })
    .overwrite(plainBreaks)
    .trim()
    .max(max, 'form.too_long')
    .regex(visible, 'form.required')
    .regex(storable, 'form.invalid');

const oneLine = /^[^\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]*$/u;

/** One line of text without control characters and without characters that change the text direction. */
export const line = (max: number) => text(max).regex(oneLine, 'form.invalid');

/** One line in a list of rows; empty when there is nothing to be seen in it. */
export const rowLine = (max: number) =>
  z
    .string()
    .trim()
    .max(max, 'form.too_long')
    .regex(oneLine, 'form.invalid')
    .transform((typed) => (visible.test(typed) ? typed : ''));

/** Text that may be left empty (then null). */
export const optionalText = (max: number) =>
  z
    .string()
    .overwrite(plainBreaks)
    .trim()
    .max(max, 'form.too_long')
    .regex(storable, 'form.invalid')
    .nullish()
    .transform((value) => value || null);

/** A row's id as PostgreSQL reads it; those of the demo data are hashes, which the stricter z.uuid refuses. */
export const id = () => z.guid({ error: 'form.invalid' });

/** Whether a part of an address can be a row's id; asking the database with anything else is an error. */
export const isId = (value: string) => id().safeParse(value).success;

/** Ends an action with a message under one field. */
export class FieldError extends ActionError {
  readonly field: string;
  readonly key: MessageKey;

  constructor(field: string, key: MessageKey) {
    super({ code: 'BAD_REQUEST', message: key });
    this.field = field;
    this.key = key;
  }
}

/** Ends an action with a message over the whole form. */
export class FormError extends ActionError {
  constructor(key: MessageKey) {
    super({ code: 'CONFLICT', message: key });
  }
}

/**
 * Ends an action that reads its form itself (no `input`), with messages under fields or one over the form.
 * `values` stand for what was sent: the ids of files already stored, for example.
 */
export class FormRefusal extends ActionError {
  readonly errors: FormState['errors'];
  readonly values: FormState['values'];

  constructor(
    errors: FormState['errors'],
    { key, values = {} }: { key?: MessageKey; values?: FormState['values'] } = {},
  ) {
    super({ code: 'BAD_REQUEST', message: key ?? 'form.invalid' });
    this.errors = errors;
    this.values = values;
  }
}

/** The first message of each field that a schema refused. */
export function issueErrors(issues: z.core.$ZodIssue[]): FormState['errors'] {
  const errors: FormState['errors'] = {};
  for (const { path, message } of issues) {
    errors[String(path[0])] ??= isMessageKey(message) ? message : 'form.invalid';
  }
  return errors;
}

/** The state of a refused form; null when the error was not the person's and must be treated as a fault. */
export function formState(error: ActionError, sent: FormData): FormState | null {
  // Without a prototype: the sender chooses the names, `constructor` among them.
  const values = Object.create(null) as FormState['values'];
  for (const [name, value] of sent) {
    if (typeof value === 'string' && !/passw?ord/i.test(name)) (values[name] ??= []).push(value);
  }
  if (error instanceof FieldError) return { values, errors: { [error.field]: error.key } };
  if (error instanceof FormRefusal) {
    const message = Object.keys(error.errors).length
      ? {}
      : { message: error.message as MessageKey };
    return { values: { ...values, ...error.values }, errors: error.errors, ...message };
  }
  if (isInputError(error)) return { values, errors: issueErrors(error.issues) };
  if (error.code === 'CONTENT_TOO_LARGE') return { values, errors: {}, message: 'form.too_large' };
  return isMessageKey(error.message) ? { values, errors: {}, message: error.message } : null;
}

/** The HTML attributes that repeat a schema's rules in the browser; the server checks them again. */
export function constraints(schema: z.ZodObject, field: string) {
  const rule = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const property = rule.properties?.[field] as
    { maxLength?: number; anyOf?: { maxLength?: number }[] } | undefined;
  return {
    required: rule.required?.includes(field) ?? false,
    maxlength: property?.maxLength ?? property?.anyOf?.find((one) => one.maxLength)?.maxLength,
  };
}

/** A day from `<input type="date">` as the instant of that clock time in Oslo; empty is null. */
export const osloMoment = (clock: string) =>
  z.iso
    .date({ error: 'form.invalid' })
    .nullish()
    .transform((day) => (day ? osloInstant(day, clock) : null));
