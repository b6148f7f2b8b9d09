import { z } from 'astro/zod';
import { isMessageKey, say, type Locale, type MessageKey, type Translate } from '~/i18n/index.ts';
import { reasonText } from '~/domains/moderation/reason.ts';
import { storable } from '~/lib/forms.ts';
import { formatClock, formatDate } from '~/lib/time.ts';
import { commaed } from '~/i18n/lists.ts';

/** One thing kept about me, as my_data() answers it: plain values, lists of words, and rows that belong to it. */
export type Row = { [field: string]: Value };
type Value = string | number | boolean | null | string[] | Row[];
export type OwnData = Record<string, Row[]>;

/** The kinds of my_data() in the order of the page. Each has a heading; a test holds that none is forgotten. */
export const parts = [
  {
    part: 'account',
    kinds: ['account', 'sign_ins', 'memberships', 'join_requests', 'sign_in_slips'],
  },
  {
    part: 'activities',
    kinds: ['signups', 'hosted_activities', 'sent_activity_messages', 'calendar_link'],
  },
  {
    part: 'cases',
    kinds: ['cases', 'followed_cases', 'case_objections', 'case_drafts', 'unsent_photos'],
  },
  {
    part: 'ideas',
    kinds: [
      'proposals',
      'supported_proposals',
      'comments',
      'poll_questions',
      'texts_changed',
      'votes',
      'flags',
      'appeals',
      'pauses',
      'pulse_answers',
    ],
  },
  {
    part: 'messages',
    kinds: [
      'message_settings',
      'phones',
      'push_devices',
      'family_notices',
      'read_notices',
      'notifications',
      'sent_messages',
    ],
  },
  { part: 'staff', kinds: ['staff_acts', 'staff_case_acts', 'codes_made', 'case_handler'] },
] as const;

/** What only the file has: technical, or too long for a page. */
export const inFileOnly = ['id', 'endpoint', 'steps', 'device', 'network_address'];
/** How many of a kind the page shows, the newest; the file has them all. */
export const shownAtMost = 10;

/** What comes first of a thing, as far as it has them; the rest after it. JSON from the database has an order of its own. */
const first = (
  'number title role email user_name display_name name notification_kind phone building flat place thing ' +
  'created_at acted_at asked_at saved_at started_at joined_at ended_at case_status signup_status activity_status ' +
  'proposal_status request_status written_by is_from_staff act reason body description'
).split(' ');
const rank = (field: string) => (first.includes(field) ? first.indexOf(field) : first.length);

/** Where the words of a field's values stand, for those that are one of a few. */
const wordsIn: Record<string, string> = {
  role: 'residents.role',
  case_status: 'reports.status',
  thing: 'reports.thing',
  written_by: 'reports.by',
  access: 'reports.access',
  notification_kind: 'notifications.name',
  email_topics: 'messages.topic',
  push_topics: 'messages.topic',
  sms_topics: 'messages.topic',
  rhythm: 'messages.rhythm',
};

/** Fields where a usual reason of moderation stands by its name. */
export const isReason = (field: string): boolean => /^(hidden_reason|reason|answer)$/.test(field);

/** A value as it is read; an empty one is nothing. */
function written(field: string, value: Value, t: Translate, locale: Locale): string {
  if (value === null) return '';
  if (typeof value === 'string' && isReason(field)) return reasonText(value, t);
  if (typeof value === 'boolean') return t(value ? 'own_data.yes' : 'own_data.no');
  if (Array.isArray(value))
    return commaed(
      value.map((one) => (typeof one === 'string' ? written(field, one, t, locale) : '')),
      t,
    );
  if (/_at$|_time$/.test(field)) {
    const at = new Date(String(value));
    return commaed([formatDate(at, locale), formatClock(at, locale)], t);
  }
  const known = wordsIn[field];
  const key = known ? `${known}.${value}` : `own_data.value.${value}`;
  return isMessageKey(key) ? say(t, key) : String(value);
}

/** The label of a field; its own name when a text is missing, so that nothing is hidden. */
export const labelOf = (field: string, t: Translate): string => {
  const key = `own_data.field.${field}` as MessageKey;
  return isMessageKey(key) ? say(t, key) : field;
};

const isRows = (value: Value): value is Row[] =>
  Array.isArray(value) && typeof value[0] === 'object';

/** A row as terms and texts, without what is empty; rows that belong to it apart. */
export function readable(row: Row, t: Translate, locale: Locale) {
  const fields = Object.entries(row)
    .filter(([field]) => !inFileOnly.includes(field))
    .toSorted(([a], [b]) => rank(a) - rank(b));
  return {
    facts: fields
      .filter(([, value]) => !isRows(value))
      .map(([field, value]) => ({
        term: labelOf(field, t),
        text: written(field, value, t, locale),
      }))
      .filter(({ text }) => text),
    parts: fields.flatMap(([field, value]) =>
      isRows(value) ? [{ term: labelOf(field, t), rows: value }] : [],
    ),
  };
}

export type AccountState = 'none' | 'with_password' | 'without_password';

/** The password is asked for when the account has one; the database decides. */
export const deleteForm = z.object({
  understood: z.literal('ja', { error: 'own_data.delete.tick' }),
  password: z.string().max(200, 'form.too_long').regex(storable, 'form.invalid').nullish(),
});
