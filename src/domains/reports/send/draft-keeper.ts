/** Keeps what is typed on the server: when the typing rests, and when the phone is put away. Answers how to do it now. */
export function keepDraft(form: HTMLFormElement, url: string): () => void {
  let timer: number | undefined;
  let last = Promise.resolve();
  const send = async () => {
    const body = new FormData(form);
    body.delete('photos');
    // Lost is lost: the next rest in typing tries again, and the form carries it all anyway.
    await fetch(url, { method: 'POST', body, keepalive: true }).catch(() => {});
  };
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  // One after another, or older words could arrive after newer ones.
  const save = () => {
    stop();
    last = last.then(send);
  };
  form.addEventListener('input', () => {
    stop();
    timer = window.setTimeout(save, 1500);
  });
  form.addEventListener('submit', stop);
  document.addEventListener('visibilitychange', () => document.hidden && timer && save());
  return save;
}
