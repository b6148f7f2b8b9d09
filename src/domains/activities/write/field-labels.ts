import type { Translate } from '~/i18n/index.ts';
import { deadlines, type Deadline } from './signup-form.ts';

/** The fields that hold a text or a number and nothing else. */
export const plainLabels = (t: Translate) => ({
  title: t('activities.form.title'),
  body: t('activities.form.body'),
  capacity: t('activities.form.capacity'),
  maxParty: t('activities.form.max_party'),
  audience: t('activities.form.audience'),
  whereabouts: t('activities.form.whereabouts'),
  host: t('activities.form.host'),
  whatToExpect: t('activities.expect'),
  food: t('activities.form.food'),
  languages: t('activities.form.languages'),
});

/** What the error summary calls each field of the consultant's form. */
export const fieldLabels = (t: Translate): Record<string, string> => ({
  ...plainLabels(t),
  kind: t('activities.form.kind'),
  ...deadlineLabels(t),
  forWhom: t('activities.form.for_whom'),
  placeId: t('activities.form.place'),
  ...dateLabels(t),
  ...seriesLabels(t),
});

const seriesLabels = (t: Translate) => ({
  repeats: t('activities.series.repeats'),
  weekdays: t('activities.series.weekdays'),
  firstDay: t('activities.series.first_day'),
  fromClock: t('activities.form.from'),
  toClock: t('activities.form.to'),
  extraDays: t('activities.series.extra_days'),
  ends: t('activities.series.ends'),
  lastDay: t('activities.series.last_day'),
});

const deadlineLabels = (t: Translate) =>
  Object.fromEntries<string>(
    (Object.keys(deadlines) as Deadline[]).flatMap((name): [string, string][] => [
      [`${name}Day`, t(`activities.form.${name}`)],
      [`${name}Clock`, t(`activities.form.${name}_clock`)],
    ]),
  );

/** `day-0` … of all rows a form may have. */
function dateLabels(t: Translate) {
  const fields = {
    day: t('activities.form.day'),
    from: t('activities.form.from'),
    to: t('activities.form.to'),
    endDay: t('activities.form.end_day'),
  };
  return Object.fromEntries<string>(
    Array.from({ length: 100 }, (_, row) => {
      const date = t('activities.form.date', { number: row + 1 });
      return Object.entries(fields).map(([field, label]): [string, string] => [
        `${field}-${row}`,
        `${date}, ${label.toLowerCase()}`,
      ]);
    }).flat(),
  );
}
