import type { Reporter, TextStream } from '../report/types.ts';

/**
 * A stream whose writing takes turns with the frame that a reporter may be drawing on the same terminal.
 *
 * @param target - the stream; asked for when it is used
 */
export function besideProgress(target: () => TextStream, reporter: () => Reporter | undefined): TextStream {
  return {
    write: (text) => {
      const stream = target();
      const aside = stream.isTTY === true ? reporter()?.aside : undefined;
      if (!aside) return stream.write(text);
      let isTaken = true;
      aside(() => {
        isTaken = stream.write(text);
      });
      return isTaken;
    },
    get isTTY() {
      return target().isTTY;
    },
    get columns() {
      return target().columns;
    },
    get rows() {
      return target().rows;
    },
  };
}

/** Whether the locale says that the terminal shows no more than ASCII; one that is not set says nothing. */
export function isAsciiLocale(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => (value ?? '') !== '');
  return locale !== undefined && !/utf-?8/i.test(locale);
}
