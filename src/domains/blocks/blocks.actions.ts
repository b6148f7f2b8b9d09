import { defineAction } from 'astro:actions';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import {
  aboutForm,
  blockForm,
  commentsForm,
  contactForm,
  contactIdForm,
  pulseSwitchForm,
} from './blocks.ts';
import {
  addBlock,
  changeAbout,
  changeComments,
  changePulse,
  removeContact,
  saveContact,
} from './blocks.server.ts';

const settings = (slug: string | undefined): FormDone => ({
  redirectTo: `/${slug}/drift/garden`,
  flash: 'blocks.settings.saved',
});

export const blocks = {
  changeAbout: defineAction({
    accept: 'form',
    input: aboutForm,
    handler: async ({ about }, { locals: { db, block } }): Promise<FormDone> => {
      if (!block || !(await changeAbout(db, block.id, about))) throw new FormError('form.not_sent');
      return settings(block.slug);
    },
  }),
  changeComments: defineAction({
    accept: 'form',
    input: commentsForm,
    handler: async ({ allows }, { locals: { db, block } }): Promise<FormDone> => {
      if (!block || !(await changeComments(db, block.id, allows)))
        throw new FormError('form.not_sent');
      return settings(block.slug);
    },
  }),
  changePulse: defineAction({
    accept: 'form',
    input: pulseSwitchForm,
    handler: async ({ asks }, { locals: { db, block } }): Promise<FormDone> => {
      if (!block || !(await changePulse(db, block.id, asks))) throw new FormError('form.not_sent');
      return settings(block.slug);
    },
  }),
  saveContact: defineAction({
    accept: 'form',
    input: contactForm,
    handler: async (contact, { locals: { db, block } }): Promise<FormDone> => {
      if (!block || !(await saveContact(db, block.id, contact)))
        throw new FormError('form.not_sent');
      return settings(block.slug);
    },
  }),
  removeContact: defineAction({
    accept: 'form',
    input: contactIdForm,
    handler: async (contact, { locals: { db, block } }): Promise<FormDone> => {
      if (!(await removeContact(db, contact.id))) throw new FormError('form.not_sent');
      return settings(block?.slug);
    },
  }),
  add: defineAction({
    accept: 'form',
    input: blockForm,
    handler: async (block, { locals: { db } }): Promise<FormDone> => {
      const outcome = await addBlock(db, block);
      if (outcome === 'slug_taken') throw new FieldError('slug', 'admin.slug_taken');
      if (outcome === 'not_allowed') throw new FormError('form.not_sent');
      return { redirectTo: '/admin', flash: 'admin.created' };
    },
  }),
};
