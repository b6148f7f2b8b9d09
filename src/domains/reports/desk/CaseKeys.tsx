import { onCleanup, onMount } from 'solid-js';

/** On a case: j and k to the next and previous one of the queue, p to paper. Off where the queue's shortcuts are switched off. */
export default function CaseKeys() {
  const doings: Record<string, string> = {
    j: 'a[rel=next]',
    k: 'a[rel=prev]',
    p: 'a[href*="/utskrift"]',
  };
  const onKey = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    const isTyping =
      target.matches('input, textarea, select') || document.querySelector('dialog[open]');
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    if (localStorage.getItem('queue-keys-off') === '1') return;
    const selector = doings[event.key];
    if (selector) document.querySelector<HTMLAnchorElement>(selector)?.click();
  };
  onMount(() => {
    document.addEventListener('keydown', onKey);
    onCleanup(() => document.removeEventListener('keydown', onKey));
  });
  return null;
}
