import type { Message, MessageKey } from './index.ts';

/** English (British spelling). A missing or surplus key is a type error. */
export const en: Record<MessageKey, Message> = {
  // frame
  'frame.site': 'Bomiljø',

  // form
  'form.required': 'Please fill this in.',
  'form.too_long': 'This text is too long.',
  'form.invalid': 'This does not look right.',
  'form.not_sent': 'Something went wrong. Please try again.',
  'form.too_large': 'What you sent is too large. Photos can be up to 10 MB each.',

  // blocks

  // activities

  // reports

  // proposals

  // polls

  // notices

  // moderation

  // residents

  // admin
};
