// What a text must be to be a name in Lua, which names are private to a chunk, and the shortest ones.

/** Words that are not names: Lua 5.1's, and `goto` of the later versions. */
export const reserved: ReadonlySet<string> = new Set(
  "and break do else elseif end false for function goto if in local nil not or repeat return then true until while".split(
    " ",
  ),
);

/** Tells whether a text can be a name in every version of Lua that we know. */
export const isIdentifier = (s: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(s) && !reserved.has(s);

/** A private name of ours: not `__index`, and not in capitals like Lua's own `_G` and `_VERSION`. */
export const isPrivate = (name: string): boolean =>
  /^_[A-Za-z][A-Za-z0-9_]*$/.test(name) && /[a-z]/.test(name);

const first = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
const later = `${first}0123456789`;

/** The n-th shortest name. */
export function shortName(n: number): string {
  let text = first[n % first.length]!;
  for (n = Math.floor(n / first.length); n > 0; n = Math.floor((n - 1) / later.length)) {
    text += later[(n - 1) % later.length];
  }
  return text;
}
