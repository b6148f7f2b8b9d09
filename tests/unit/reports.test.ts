import { describe, expect, test } from 'vitest';
import { messageForm, reportForm, roleIn, statusLook } from '~/domains/reports/reports.ts';
import { Constants } from '~/lib/database.types.ts';

const id = '4ca275c0-142b-b91c-32a7-6f6dc25c235d';
const report = { id, placeId: id, thing: 'leak', isUrgent: 'true', description: 'Det drypper.' };

describe('the form', () => {
  test('a report is read as sent, an empty contact is null', () => {
    const read = reportForm.parse({ ...report, contact: '  ', access: 'may_enter' });
    expect(read).toMatchObject({ isUrgent: true, contact: null, access: 'may_enter' });
  });

  test.each([
    ['description', ' ', 'form.required'],
    ['description', 'å'.repeat(1001), 'form.too_long'],
    ['contact', '1'.repeat(81), 'form.too_long'],
    ['thing', 'noise', 'form.required'],
    ['placeId', 'A201', 'form.invalid'],
  ])('%s with “%.10s” is refused with %s', (field, value, message) => {
    const issue = reportForm.safeParse({ ...report, [field]: value }).error!.issues[0]!;
    expect([issue.path[0], issue.message]).toEqual([field, message]);
  });

  test('1000 characters fit', () => {
    expect(reportForm.safeParse({ ...report, description: 'å'.repeat(1000) }).success).toBe(true);
  });

  test('a message without a chosen audience is refused, so that no note goes to the resident by accident', () => {
    const sent = { id, reportId: id, body: 'Notat' };
    expect(messageForm.safeParse(sent).success).toBe(false);
    expect(messageForm.safeParse({ ...sent, audience: 'internal' }).success).toBe(true);
  });
});

test('my role in a case: staff first, then the reporter, else a neighbour', () => {
  const details = {
    reporterId: 'me',
    description: '',
    access: null,
    contact: null,
    hasAppealed: false,
  };
  const me = { id: 'me', isConsultant: false, isLandlord: false };
  expect(roleIn({ details }, me)).toBe('reporter');
  expect(roleIn({ details }, { ...me, isConsultant: true })).toBe('consultant');
  expect(roleIn({ details: null }, { ...me, isLandlord: true })).toBe('landlord');
  expect(roleIn({ details: null }, me)).toBe('neighbour');
  expect(roleIn({ details: { ...details, reporterId: null } }, me)).toBe('neighbour');
});

test('every status of the database has its style', () => {
  expect(Object.keys(statusLook).toSorted()).toEqual(
    [...Constants.public.Enums.report_status].toSorted(),
  );
});
