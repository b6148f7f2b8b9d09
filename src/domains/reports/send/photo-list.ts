import { createSignal, onCleanup } from 'solid-js';
import { shrink, untilDone, upload } from './photo-upload.ts';
import { photo, type Photo } from './PhotoTile.tsx';

interface Options {
  max: number;
  stored: string[];
  page: string;
  /** The form's own file input: it carries what is not stored yet. */
  input: () => HTMLInputElement;
  /** What the pictures are has changed. */
  onChange: () => void;
  working: string;
}

/** The pictures of a form on their way to the server, each by itself, and what there is to say about them. */
export function createPhotos(options: Options) {
  const { max, stored, page, onChange } = options;
  const [photos, setPhotos] = createSignal(stored.map((id) => photo(`${page}/bilder/${id}`, id)));
  const [said, setSaid] = createSignal('');

  /** The form carries the files that are not stored, and the ids of those that are. */
  const keep = (next: Photo[]) => {
    const transfer = new DataTransfer();
    for (const { file, id } of next) if (file && !id()) transfer.items.add(file);
    options.input().files = transfer.files;
    setPhotos(next);
  };
  const remove = (one: Photo, why = '') => {
    URL.revokeObjectURL(one.url);
    keep(photos().filter((other) => other !== one));
    setSaid(why);
    options.input().focus();
    onChange();
  };
  const send = async (one: Photo) => {
    one.setFailed(false);
    try {
      const answer = await untilDone(() => upload(`${page}/bilder`, one.file!));
      if (!photos().includes(one)) return;
      if ('problem' in answer) return remove(one, answer.problem);
      one.setId(answer.photo);
      keep(photos());
      onChange();
    } catch {
      one.setFailed(true);
    }
  };
  const add = async (from: HTMLInputElement) => {
    const chosen = [...(from.files ?? [])].slice(0, max - photos().length);
    if (from !== options.input()) from.value = '';
    setSaid(options.working);
    const files = await Promise.all(chosen.map(shrink));
    const added = files.map((file) => photo(URL.createObjectURL(file), '', file));
    keep([...photos(), ...added]);
    setSaid('');
    added.forEach((one) => void send(one));
  };
  onCleanup(() => photos().forEach(({ url }) => URL.revokeObjectURL(url)));
  return { photos, said, add, remove, send };
}
