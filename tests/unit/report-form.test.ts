import { expect, test, vi } from 'vitest';
import { describeForm, draftForm } from '~/domains/reports/send/drafts.ts';
import { untilDone } from '~/domains/reports/send/photo-upload.ts';
import { photoIds, type ReportPlace } from '~/domains/reports/reports.ts';
import {
  floorWithin,
  placeGroups,
  placesInOrder,
  reportStep,
  stepLink,
} from '~/domains/reports/send/steps.ts';

const id = '4ca275c0-142b-b91c-32a7-6f6dc25c235d';
const stair = { kind: 'stair' as const };

test('the step follows from the answers, and an invalid answer does not advance it', () => {
  const all = {
    haster: 'nei',
    place: stair,
    floors: [] as unknown[],
    thing: 'leak' as const,
    isTyped: false,
  };
  expect(reportStep(all)).toBe(4);
  expect(reportStep({ ...all, haster: undefined })).toBe(1);
  expect(reportStep({ ...all, haster: 'kanskje' })).toBe(1);
  expect(reportStep({ ...all, place: null })).toBe(2);
  expect(reportStep({ ...all, thing: undefined })).toBe(3);
  expect(reportStep({ ...all, haster: 'ja', isTyped: true })).toBe(5);
});

test('a stair with floors asks for the floor, and other places do not', () => {
  const all = { haster: 'nei', place: stair, thing: undefined, isTyped: false };
  expect(reportStep({ ...all, floors: [{}] })).toBe(2);
  expect(reportStep({ ...all, floors: [] })).toBe(3);
});

test('the review needs a thing: without one there is nothing to check', () => {
  const typed = { haster: 'nei', place: stair, floors: [], thing: undefined, isTyped: true };
  expect(reportStep(typed)).toBe(3);
});

test('an address contains the given answers, and no others', () => {
  expect(stepLink('/a/meld-feil', {})).toBe('/a/meld-feil');
  expect(stepLink('/a/meld-feil', { haster: 'ja', hvor: undefined, utkast: id })).toBe(
    `/a/meld-feil?haster=ja&utkast=${id}`,
  );
});

const place = (name: string, kind: ReportPlace['kind'], parent_id: string | null = null) => ({
  id: name,
  kind,
  name,
  parent_id,
});

test('my flat comes first, and a stair is followed by its own floors', () => {
  const places = [
    place('A', 'stair'),
    place('B', 'stair'),
    place('A, 1. etasje', 'floor', 'A'),
    place('B, 1. etasje', 'floor', 'B'),
    place('A, 2. etasje', 'floor', 'A'),
    place('A201', 'flat', 'A, 2. etasje'),
    place('Gården', 'yard'),
  ];
  expect(placesInOrder(places).map(({ name }) => name)).toEqual([
    'A201',
    'A',
    'A, 1. etasje',
    'A, 2. etasje',
    'B',
    'B, 1. etasje',
    'Gården',
  ]);
});

test('flats are in the order of their numbers, apart from the common areas', () => {
  const places = [place('1001', 'flat'), place('201', 'flat'), place('Kjelleren', 'cellar')];
  const groups = placeGroups(places, { common: 'Felles', flat: 'Leiligheter' });
  expect(groups.map(({ options }) => options.map(({ label }) => label))).toEqual([
    ['Kjelleren'],
    ['201', '1001'],
  ]);
});

test('a floor is named without its stair when the stair is clear', () => {
  expect(floorWithin('Oppgang A, 2. etasje', 'Oppgang A')).toBe('2. etasje');
  expect(floorWithin('Loftet', 'Oppgang A')).toBe('Loftet');
});

test('a draft may be empty; going on requires a description', () => {
  expect(draftForm.parse({ id, description: '' })).toMatchObject({
    description: '',
    access: null,
    contact: null,
    arePhotosShared: false,
  });
  expect(describeForm.safeParse({ id, description: ' ' }).success).toBe(false);
  expect(describeForm.parse({ id, description: ' Lys ', arePhotosShared: 'true' })).toMatchObject({
    description: 'Lys',
    arePhotosShared: true,
  });
  expect(draftForm.safeParse({ id, description: 'å'.repeat(1001) }).success).toBe(false);
});

test('only valid picture names in a form are accepted: each once, at most four', () => {
  const photo = (n: number) => `${String(n).repeat(64)}_40x30`;
  expect(photoIds([photo(1), photo(1), '../secret', 7, photo(2)])).toEqual([photo(1), photo(2)]);
  expect(photoIds([1, 2, 3, 4, 5].map(photo))).toHaveLength(4);
});

test('an upload is retried with longer and longer pauses, until it succeeds', async () => {
  const waits: number[] = [];
  const wait = (ms: number) => Promise.resolve(void waits.push(ms));
  const work = vi.fn<() => Promise<string>>();
  work.mockRejectedValueOnce(new Error('cut')).mockRejectedValueOnce(new Error('cut'));
  work.mockResolvedValue('stored');
  expect(await untilDone(work, [1, 2, 4], wait)).toBe('stored');
  expect(waits).toEqual([1, 2]);
});

test('an upload that never succeeds ends with its error', async () => {
  const work = vi.fn(() => Promise.reject(new Error('cut')));
  const wait = () => Promise.resolve();
  await expect(untilDone(work, [1, 2, 4], wait)).rejects.toThrow('cut');
  expect(work).toHaveBeenCalledTimes(4);
});
