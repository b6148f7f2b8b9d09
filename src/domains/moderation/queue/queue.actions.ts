import { defineAction } from 'astro:actions';
import type { z } from 'astro/zod';
import type { Enums } from '~/lib/database.types.ts';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import { partNames } from '~/domains/moderation/parts.ts';
import { storedReason } from '~/domains/moderation/reason.ts';
import {
  editForm,
  judgeForm,
  liftPauseForm,
  maxBody,
  pauseForm,
  toolsOf,
  type PauseKind,
} from './queue.ts';
import { moderate, pause } from './queue.server.ts';

/** Ends the action with the reason when it was refused. `plain`: the form has own words alone. */
function check(outcome: Enums<'moderation_outcome'>, plain = false) {
  if (outcome === 'reason_missing')
    throw plain
      ? new FieldError('reason', 'moderation.judge.reason_missing')
      : new FieldError('template', 'moderation.judge.none_chosen');
  if (outcome === 'text_missing') throw new FieldError('body', 'form.required');
  if (outcome === 'days_missing') throw new FieldError('days', 'form.invalid');
  if (outcome !== 'done') throw new FormError(`moderation.judge.${outcome}`);
}

/** The page of the thing, or that of the flat where the member was found. */
const afterPause = (
  url: URL,
  block: { slug: string } | null,
  { id, kind }: { id: string; kind: PauseKind },
) => (kind === 'member' ? url.pathname : toolsOf(block?.slug ?? '', { kind, id }));

/** The other fields of an activity as they were sent; an empty field clears its text. */
const partsOf = (sent: z.output<typeof editForm>) =>
  Object.fromEntries((['body', ...partNames] as const).map((name) => [name, sent[name] ?? '']));

export const queueActions = {
  judge: defineAction({
    accept: 'form',
    input: judgeForm,
    handler: async ({ id, kind, act, ...why }, { locals, url }): Promise<FormDone> => {
      const { db, block } = locals;
      check(await moderate(db, { id, kind, act, reason: storedReason(why) }), act === 'restore');
      return {
        redirectTo: act === 'warn' ? toolsOf(block?.slug ?? '', { kind, id }) : url.pathname,
        flash: `moderation.judge.done.${act}`,
      };
    },
  }),
  edit: defineAction({
    accept: 'form',
    input: editForm,
    handler: async (sent, { locals, url }): Promise<FormDone> => {
      const { id, kind, title, body } = sent;
      if (body && body.length > maxBody[kind]) throw new FieldError('body', 'form.too_long');
      const reason = storedReason(sent);
      const parts = kind === 'activity' ? partsOf(sent) : null;
      check(await moderate(locals.db, { id, kind, act: 'edit', reason, title, body, parts }), true);
      return { redirectTo: url.pathname, flash: 'moderation.judge.done.edit' };
    },
  }),
  pause: defineAction({
    accept: 'form',
    input: pauseForm,
    handler: async ({ id, kind, days, ...why }, { locals, url }): Promise<FormDone> => {
      check(await pause(locals.db, { id, kind, days, reason: storedReason(why) }));
      return {
        redirectTo: afterPause(url, locals.block, { id, kind }),
        flash: 'moderation.judge.done.pause',
      };
    },
  }),
  liftPause: defineAction({
    accept: 'form',
    input: liftPauseForm,
    handler: async ({ id, kind, ...why }, { locals, url }): Promise<FormDone> => {
      check(await pause(locals.db, { id, kind, reason: storedReason(why) }), true);
      return {
        redirectTo: afterPause(url, locals.block, { id, kind }),
        flash: 'moderation.judge.done.lift_pause',
      };
    },
  }),
};
