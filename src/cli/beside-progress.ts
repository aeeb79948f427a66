import type { Reporter, TextStream } from '../report/types.ts';

/** A stream whose writing takes turns with the frame that a reporter may be drawing on the same terminal. */
export function besideProgress(stream: TextStream, reporter: () => Reporter | undefined): TextStream {
  return {
    write: (text) => {
      const aside = stream.isTTY === true ? reporter()?.aside : undefined;
      if (!aside) return stream.write(text);
      let isTaken = true;
      aside(() => {
        isTaken = stream.write(text);
      });
      return isTaken;
    },
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      return stream.columns;
    },
    get rows() {
      return stream.rows;
    },
  };
}

/** Whether the locale says that the terminal shows no more than ASCII; one that is not set says nothing. */
export function isAsciiLocale(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => (value ?? '') !== '');
  return locale !== undefined && !/utf-?8/i.test(locale);
}
