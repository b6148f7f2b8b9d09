import { stringify } from 'csv-stringify/sync';
import type { Locale, Translate } from '~/i18n/index.ts';
import { fewWords } from './figure-words.ts';
import { byThing, formatNumber, type Metric, type MonthFigures, type Thing } from './figures.ts';

/** All months as a file for a spreadsheet: a line for each number. What is hidden on the page is hidden here. */
export function figuresCsv(months: MonthFigures[], t: Translate, locale: Locale): string {
  const number = (value: number) => formatNumber(value, locale).replace(/\s/g, '');
  const records = months.flatMap(({ month, figures, things }) => [
    ...(Object.entries(figures) as [Metric, number | 'few'][]).map(([metric, told]) => [
      month,
      t(`figures.metric.${metric}`),
      '',
      told === 'few' ? fewWords(metric, t) : number(told),
    ]),
    ...byThing.flatMap((metric) =>
      (Object.entries(things[metric]) as [Thing, number][]).map(([thing, count]) => [
        month,
        t(`figures.metric.${metric}`),
        t(`reports.thing.${thing}`),
        number(count),
      ]),
    ),
  ]);
  const head = ['month', 'metric', 'thing', 'value'] as const;
  // Norwegian Excel splits by semicolon, and reads æøå when the byte order mark comes first.
  return stringify([head.map((name) => t(`figures.csv.${name}`)), ...records], {
    bom: true,
    delimiter: ';',
    record_delimiter: 'windows',
    escape_formulas: true,
  });
}
