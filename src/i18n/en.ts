import type { Message, MessageKey } from './index.ts';

/** English (British spelling). A missing or surplus key is a type error. */
export const en: Record<MessageKey, Message> = {
  // frame
  'frame.site': 'Bomiljø',
  'frame.language': 'English',
  'frame.skip': 'Skip to the content',
  'frame.nav': 'Main menu',
  'frame.nav.home': 'Home',
  'frame.nav.activities': 'What’s on',
  'frame.nav.report': 'Report',
  'frame.nav.polls': 'Vote',
  'frame.nav.mine': 'Mine',
  'frame.nav.desk': 'Desk',
  'frame.nav.cases': 'Cases',
  'frame.sign_in': 'Sign in',
  'frame.account': 'my account',
  'frame.urgent': 'Urgent',
  'frame.footer': 'About this site',
  'frame.footer.privacy': 'Privacy',
  'frame.footer.accessibility': 'Accessibility',
  'frame.footer.feedback': 'Tell us about this site',
  'frame.footer.who': 'Run by those who work with the living environment in the building, together with Boligbygg.',
  'frame.pager': 'More pages',
  'frame.pager.previous': 'Previous',
  'frame.pager.next': 'Next',
  'frame.to_start': 'To the front page',
  'frame.not_found': 'We could not find this page',
  'frame.not_found.text': 'It may have moved or been removed. Some pages are shown only when you have signed in.',
  'frame.fault': 'Something went wrong on our side',
  'frame.fault.text': 'It is not your fault. Wait a moment and try again. What you wrote may not have been saved.',
  'frame.fault.help': 'Does it happen again? Tell whoever works in the building, and show this code:',

  // form
  'form.optional': 'optional',
  'form.choose': 'Choose',
  'form.error': 'Error',
  'form.summary': 'Put these right before you can go on:',
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
