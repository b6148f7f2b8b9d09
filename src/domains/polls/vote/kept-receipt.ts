const key = (pollId: string) => `receipt:${pollId}`;

/** The receipt of a vote that somebody asked this phone to keep. Where the browser forbids keeping there is none. */
export const keptReceipt = {
  read: (pollId: string) => attempt(() => localStorage.getItem(key(pollId))),
  keep: (pollId: string, code: string) => attempt(() => localStorage.setItem(key(pollId), code)),
  forget: (pollId: string) => attempt(() => localStorage.removeItem(key(pollId))),
};

function attempt<Value>(what: () => Value): Value | null {
  try {
    return what();
  } catch {
    return null;
  }
}
