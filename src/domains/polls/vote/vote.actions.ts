import { defineAction } from 'astro:actions';
import { showOnce } from '~/lib/cookies.ts';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import { packChecked } from './checked.ts';
import { packReceipt, receiptCookie } from './receipt.ts';
import { changeForm, checkForm, voteForm } from './vote.ts';
import { castVote, changeVote, checkReceipt } from './vote.server.ts';

/** Refusals of choices are shown at the options. */
const ofChoices = ['wrong_choices', 'too_many_choices', 'over_budget'] as const;
type OfChoices = (typeof ofChoices)[number];
const isOfChoices = (outcome: string): outcome is OfChoices =>
  ofChoices.some((one) => one === outcome);

export const voteActions = {
  vote: defineAction({
    accept: 'form',
    input: voteForm,
    handler: async ({ pollId, choices, receipt }, context): Promise<FormDone> => {
      const { db } = context.locals;
      const outcome = (await castVote(db, pollId, choices, receipt)) ?? 'not_entitled';
      if (isOfChoices(outcome)) throw new FieldError('choices', `polls.vote.${outcome}`);
      if (outcome !== 'voted') throw new FormError(`polls.vote.${outcome}`);
      const { control } = await checkReceipt(db, pollId, receipt);
      showOnce(context, packReceipt({ pollId, code: receipt, control }), receiptCookie(pollId));
      return { redirectTo: `${context.url.pathname}/kvittering` };
    },
  }),
  changeVote: defineAction({
    accept: 'form',
    input: changeForm,
    handler: async ({ pollId, choices, receipt }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = (await changeVote(db, pollId, choices, receipt)) ?? 'not_entitled';
      if (isOfChoices(outcome)) throw new FieldError('choices', `polls.vote.${outcome}`);
      if (outcome === 'wrong_receipt' || outcome === 'too_many_attempts')
        throw new FieldError('receipt', `polls.receipt.${outcome}`);
      if (outcome !== 'changed') throw new FormError(`polls.vote.${outcome}`);
      return { redirectTo: url.pathname, flash: 'polls.change.changed' };
    },
  }),
  checkReceipt: defineAction({
    accept: 'form',
    input: checkForm,
    handler: async ({ pollId, receipt }, context): Promise<FormDone> => {
      const { outcome, control, choices } = await checkReceipt(context.locals.db, pollId, receipt);
      if (outcome === 'not_entitled') throw new FormError('polls.check.not_entitled');
      if (outcome !== 'counted')
        throw new FieldError(
          'receipt',
          outcome === 'not_found' ? 'polls.receipt.wrong_receipt' : `polls.receipt.${outcome}`,
        );
      showOnce(context, packChecked({ pollId, control, choices }), 'checked');
      return { redirectTo: `${context.url.pathname}#kvittering` };
    },
  }),
};
