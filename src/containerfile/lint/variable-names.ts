/** The variables that a word names, without expanding it. */

export interface NamedVariable {
  readonly name: string;
  /** `${name:-x}`, `${name+x}` and `${name?x}` may name what is not set. */
  readonly hasFallback: boolean;
}

/** Names in single quotes and behind an escape do not count. */
export function namesIn(text: string): NamedVariable[] {
  const token = /\\.|'[^']*'|\$(?:\{([A-Za-z_]\w*)([^}]*)\}?|([A-Za-z_]\w*))/gs;
  return [...text.matchAll(token)].flatMap(([, braced, rest = '', plain]) => {
    const name = braced ?? plain;
    return name === undefined ? [] : [{ name, hasFallback: /^:?[-+?]/.test(rest) }, ...namesIn(rest)];
  });
}
