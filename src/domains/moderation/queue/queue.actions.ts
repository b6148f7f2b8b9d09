import { defineAction } from 'astro:actions';
import type { Enums } from '~/lib/database.types.ts';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import { storedReason } from '~/domains/moderation/reason.ts';
import {
  editForm,
  judgeForm,
  liftMemberPauseForm,
  maxBody,
  memberPauseForm,
  pauseForm,
  toolsOf,
} from './queue.ts';
import { liftMemberPause, moderate, pauseMember } from './queue.server.ts';

/** Ends the action with what stood in the way, if anything did. `plain`: the form has own words alone. */
function check(outcome: Enums<'moderation_outcome'>, plain = false) {
  if (outcome === 'reason_missing')
    throw plain
      ? new FieldError('reason', 'moderation.judge.reason_missing')
      : new FieldError('template', 'moderation.judge.none_chosen');
  if (outcome === 'text_missing') throw new FieldError('body', 'form.required');
  if (outcome === 'days_missing') throw new FieldError('days', 'form.invalid');
  if (outcome !== 'done') throw new FormError(`moderation.judge.${outcome}`);
}

export const queueActions = {
  judge: defineAction({
    accept: 'form',
    input: judgeForm,
    handler: async ({ id, kind, act, ...why }, { locals, url }): Promise<FormDone> => {
      const { db, block } = locals;
      const plain = act === 'restore' || act === 'lift_pause';
      check(await moderate(db, { id, kind, act, reason: storedReason(why) }), plain);
      const stays = act === 'warn' || act === 'lift_pause';
      return {
        redirectTo: stays ? toolsOf(block?.slug ?? '', { kind, id }) : url.pathname,
        flash: `moderation.judge.done.${act}`,
      };
    },
  }),
  edit: defineAction({
    accept: 'form',
    input: editForm,
    handler: async ({ id, kind, title, body, ...why }, { locals, url }): Promise<FormDone> => {
      if (body && body.length > maxBody[kind]) throw new FieldError('body', 'form.too_long');
      const reason = storedReason(why);
      check(await moderate(locals.db, { id, kind, act: 'edit', reason, title, body }), true);
      return { redirectTo: url.pathname, flash: 'moderation.judge.done.edit' };
    },
  }),
  pause: defineAction({
    accept: 'form',
    input: pauseForm,
    handler: async ({ id, kind, days, ...why }, { locals }): Promise<FormDone> => {
      const reason = storedReason(why);
      check(await moderate(locals.db, { id, kind, act: 'pause', reason, days }));
      return {
        redirectTo: toolsOf(locals.block?.slug ?? '', { kind, id }),
        flash: 'moderation.judge.done.pause',
      };
    },
  }),
  pauseMember: defineAction({
    accept: 'form',
    input: memberPauseForm,
    handler: async ({ id, days, ...why }, { locals, url }): Promise<FormDone> => {
      check(await pauseMember(locals.db, id, days, storedReason(why)));
      return { redirectTo: url.pathname, flash: 'moderation.judge.done.pause' };
    },
  }),
  liftMemberPause: defineAction({
    accept: 'form',
    input: liftMemberPauseForm,
    handler: async ({ id, ...why }, { locals, url }): Promise<FormDone> => {
      check(await liftMemberPause(locals.db, id, storedReason(why)), true);
      return { redirectTo: url.pathname, flash: 'moderation.judge.done.lift_pause' };
    },
  }),
};
