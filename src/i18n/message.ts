/** A text, or its plural forms chosen by `{count}`. */
export type Message = string | { one: string; other: string };
