import { z } from 'astro/zod';
import { ActionError } from 'astro:actions';
import { describe, expect, test } from 'vitest';
import { noticeForm } from '~/domains/notices/write/write.ts';
import { joinForm } from '~/domains/residents/join/join.ts';
import { accountForm } from '~/domains/residents/residents.ts';
import { signInForm } from '~/domains/residents/sign-in/sign-in.ts';
import {
  constraints,
  FieldError,
  FormError,
  formState,
  id,
  isId,
  line,
  optionalText,
  osloMoment,
  text,
} from '~/lib/forms.ts';

const sent = (fields: Record<string, string | string[]>) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields))
    for (const one of [value].flat()) data.append(name, one);
  return data;
};

/** What Astro throws when the input does not fit the schema. */
const { ActionInputError: InputError } = (await import('astro:actions')) as unknown as {
  ActionInputError: new (issues: z.core.$ZodIssue[]) => ActionError;
};
const inputError = (schema: z.ZodType, value: unknown) =>
  new InputError(schema.safeParse(value).error!.issues);

describe('the state of a refused form', () => {
  const typed = sent({
    email: 'kari@x.no',
    password: 'hemmelig',
    new_password: 'hemmelig2',
    tag: ['a', 'b'],
  });

  test('keeps what was typed, every value of a field, and never a password', () => {
    const state = formState(new FormError('form.not_sent'), typed)!;
    expect(state.values).toEqual({ email: ['kari@x.no'], tag: ['a', 'b'] });
    expect(JSON.stringify(state)).not.toContain('hemmelig');
  });

  test.each(['password', 'newPassword', 'repeatPassword', 'PASSWORD', 'passord'])(
    'does not print a field called %s again',
    (name) => {
      const state = formState(new FormError('form.not_sent'), sent({ [name]: 'hemmelig' }))!;
      expect(JSON.stringify(state)).not.toContain('hemmelig');
    },
  );

  test('drops files', () => {
    const data = new FormData();
    data.append('photo', new File(['x'], 'x.png'));
    expect(formState(new FormError('form.not_sent'), data)!.values).toEqual({});
  });

  test('has the first message of each field, and only keys of the catalogue', () => {
    const schema = z.object({ a: text(3), b: z.number() });
    const state = formState(inputError(schema, { a: '', b: 'x' }), sent({}))!;
    expect(state.errors).toEqual({ a: 'form.required', b: 'form.invalid' });
  });

  test('recognises a field error, a form error and a body that is too large', () => {
    expect(formState(new FieldError('code', 'residents.code.wrong'), sent({}))!.errors).toEqual({
      code: 'residents.code.wrong',
    });
    expect(formState(new FormError('form.not_sent'), sent({}))!.message).toBe('form.not_sent');
    const large = new ActionError({ code: 'CONTENT_TOO_LARGE' });
    expect(formState(large, sent({}))!.message).toBe('form.too_large');
  });

  test('of a server error is null, so that its message is shown to nobody', () => {
    const fault = new ActionError({ code: 'INTERNAL_SERVER_ERROR', message: 'relation "x"' });
    expect(formState(fault, sent({}))).toBeNull();
  });

  test('a field named like a property of every object is not mistaken for one', () => {
    const state = formState(
      new FormError('form.not_sent'),
      sent({ __proto__x: 'a', constructor: 'b' }),
    )!;
    expect(Object.hasOwn(state.values, 'constructor')).toBe(true);
    expect(state.values['constructor']).toEqual(['b']);
  });
});

describe('the attributes of a field', () => {
  test('repeat the schema', () => {
    expect(constraints(joinForm, 'displayName')).toEqual({ required: true, maxlength: 40 });
    expect(constraints(joinForm, 'password')).toEqual({ required: true, maxlength: 72 });
    expect(constraints(noticeForm as unknown as z.ZodObject, 'title')).toEqual({
      required: true,
      maxlength: 120,
    });
    const schema = z.object({ note: optionalText(300), name: line(10) });
    expect(constraints(schema, 'note')).toEqual({ required: false, maxlength: 300 });
    expect(constraints(schema, 'name')).toEqual({ required: true, maxlength: 10 });
  });

  test('of an unknown field are empty', () => {
    expect(constraints(accountForm, 'nothing')).toEqual({ required: false, maxlength: undefined });
  });

  test('mark the return address as not required', () => {
    expect(constraints(signInForm, 'til').required).toBe(false);
  });
});

describe('the building blocks of forms', () => {
  test('text is trimmed, then measured', () => {
    expect(text(3).safeParse('  abc  ').data).toBe('abc');
    expect(text(3).safeParse('abcd').success).toBe(false);
    expect(text(3).safeParse('   ').success).toBe(false);
    expect(text(3).safeParse('a\u0000').success).toBe(false);
    expect(text(9).safeParse('a\nb').success).toBe(true);
  });

  test('a line has no control characters and no characters that change its direction', () => {
    for (const bad of ['a\nb', 'a\u0007', 'a\u202Eb', 'a\u2066b'])
      expect(line(9).safeParse(bad).success, JSON.stringify(bad)).toBe(false);
    for (const good of ['Ærlig Ødegård', 'آمنة', 'نیلوفر‌ها', '小明', "O'Neil", '👍🏽'])
      expect(line(20).safeParse(good).success, good).toBe(true);
  });

  test('an optional text is null when empty, not an empty text', () => {
    expect(['', '  ', null, undefined].map((one) => optionalText(3).parse(one))).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  test.each(['', 'x', '1', "1' or '1'='1", '00000000-0000-0000-0000-00000000000', 'null'])(
    '%j is not an id',
    (value) => {
      expect(isId(value)).toBe(false);
      expect(id().safeParse(value).success).toBe(false);
    },
  );

  test('an id of the demo data is an id', () => {
    expect(isId('00000000-0000-4000-8000-0000000000d1')).toBe(true);
  });

  test('a day and time are read as Oslo time; invalid ones are refused', () => {
    expect(osloMoment('23:59').parse('2026-07-01')?.toISOString()).toBe('2026-07-01T21:59:00.000Z');
    expect(osloMoment('23:59').parse(null)).toBeNull();
    for (const wrong of ['2026-02-30', '1.7.2026', 'i morgen', '2026-7-1'])
      expect(osloMoment('23:59').safeParse(wrong).success, wrong).toBe(false);
  });
});
