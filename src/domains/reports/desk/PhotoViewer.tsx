import { createSignal, onCleanup, onMount } from 'solid-js';

interface Props {
  texts: { title: string; previous: string; next: string; close: string };
}

/** The pictures of a case, large, one after another. Takes over the links to them, which open the same pictures without it. */
export default function PhotoViewer(props: Props) {
  const [at, setAt] = createSignal(0);
  const [photos, setPhotos] = createSignal<{ src: string; alt: string }[]>([]);
  let dialog!: HTMLDialogElement;

  onMount(() => {
    const links = [...document.querySelectorAll<HTMLAnchorElement>('main a[href*="/bilder/"]')];
    const shown = links.filter((link) => link.querySelector('img'));
    setPhotos(shown.map((link) => ({ src: link.href, alt: link.querySelector('img')!.alt })));
    const open = (event: MouseEvent) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      setAt(shown.indexOf(event.currentTarget as HTMLAnchorElement));
      dialog.showModal();
    };
    for (const link of shown) link.addEventListener('click', open);
    onCleanup(() => {
      for (const link of shown) link.removeEventListener('click', open);
    });
  });
  const step = (by: number) => setAt((at() + by + photos().length) % photos().length);
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft') step(-1);
    if (event.key === 'ArrowRight') step(1);
  };

  return (
    <dialog
      ref={dialog}
      class="m-auto max-h-dvh max-w-full bg-card p-4 text-ink"
      aria-label={props.texts.title}
      onKeyDown={onKey}
    >
      <img
        class="mx-auto max-h-[75dvh] max-w-full"
        src={photos()[at()]?.src}
        alt={photos()[at()]?.alt ?? ''}
      />
      <p class="mt-2 text-center" aria-live="polite">
        {photos()[at()]?.alt}
      </p>
      <div class="mt-2 flex flex-wrap justify-center gap-3">
        <button
          type="button"
          class="button button-secondary"
          hidden={photos().length < 2}
          onClick={() => step(-1)}
        >
          {props.texts.previous}
        </button>
        <button
          type="button"
          class="button button-secondary"
          hidden={photos().length < 2}
          onClick={() => step(1)}
        >
          {props.texts.next}
        </button>
        <button type="button" class="button button-secondary" onClick={() => dialog.close()}>
          {props.texts.close}
        </button>
      </div>
    </dialog>
  );
}
