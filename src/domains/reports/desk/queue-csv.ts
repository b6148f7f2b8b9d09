import { stringify } from 'csv-stringify/sync';
import type { Translate } from '~/i18n/index.ts';
import { osloClock, osloDay } from '~/lib/time.ts';
import type { QueueLine } from './queue.ts';

/** More would not open well in a spreadsheet. */
export const maxCsvRows = 50_000;

const moment = (at: Date) => `${osloDay(at)} ${osloClock(at)}`;

/** Norwegian Excel splits by semicolon, and reads æøå when the byte order mark comes first. */
const write = (records: (string | number)[][], bom: boolean) =>
  stringify(records, {
    bom,
    delimiter: ';',
    record_delimiter: 'windows',
    // A cell that begins with =, +, -, @, a tab or a line break is a formula to a spreadsheet: it gets a ' in front.
    escape_formulas: true,
    quoted_match: /[\r\n\t]/,
  });

export const csvHead = (t: Translate) =>
  write(
    [
      [
        t('reports.desk.csv.number'),
        t('reports.queue.block'),
        t('reports.case.place'),
        t('reports.queue.thing'),
        t('reports.queue.status'),
        t('reports.case.urgent'),
        t('reports.case.when'),
        t('reports.desk.csv.changed'),
        t('reports.desk.col.deadline'),
        t('reports.desk.col.affected'),
        t('reports.desk.assignee'),
        t('reports.desk.csv.chased'),
      ],
    ],
    true,
  );

/** Without the resident's words, contact and pictures, and without notes: a file travels further than a page. */
export const csvRows = (reports: QueueLine[], t: Translate) =>
  write(
    reports.map((report) => [
      report.number,
      report.block.name,
      report.place?.name ?? '',
      t(`reports.thing.${report.thing}`),
      report.waitingFor
        ? t(`reports.status.waiting.${report.waitingFor}`)
        : t(`reports.status.${report.status}`),
      t(report.isUrgent ? 'reports.desk.csv.yes' : 'reports.desk.csv.no'),
      moment(report.createdAt),
      moment(report.statusChangedAt),
      report.expectedBy ?? '',
      report.affectedCount,
      report.assignee ?? '',
      report.chaseCount,
    ]),
    false,
  );

/** The last line of a list that was cut. */
export const csvCut = (t: Translate) => write([[t('reports.desk.csv.cut')]], false);
