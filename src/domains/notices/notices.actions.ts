import { defineAction } from 'astro:actions';
import { z } from 'astro/zod';
import { FormError, id, type FormDone } from '~/lib/forms.ts';
import { noticeForm } from './notices.ts';
import { changeNotice, publishNotice, removeNotice } from './notices.server.ts';

const list = (slug: string | undefined) => `/${slug}/drift/oppslag`;

export const notices = {
  publish: defineAction({
    accept: 'form',
    input: noticeForm,
    handler: async (notice, { locals: { db, block } }): Promise<FormDone> => {
      if (!block || !(await publishNotice(db, block.id, notice)))
        throw new FormError('form.not_sent');
      return { redirectTo: list(block.slug), flash: 'notices.published' };
    },
  }),
  change: defineAction({
    accept: 'form',
    input: noticeForm,
    handler: async (notice, { locals: { db, block } }): Promise<FormDone> => {
      if (!(await changeNotice(db, notice))) throw new FormError('form.not_sent');
      return { redirectTo: list(block?.slug), flash: 'notices.changed' };
    },
  }),
  remove: defineAction({
    accept: 'form',
    input: z.object({ id: id() }),
    handler: async (notice, { locals: { db, block } }): Promise<FormDone> => {
      if (!(await removeNotice(db, notice.id))) throw new FormError('form.not_sent');
      return { redirectTo: list(block?.slug), flash: 'notices.removed' };
    },
  }),
};
