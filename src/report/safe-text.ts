const sgr = /\x1b\[[0-9;:]*m/;
const control = /\x1b\[[0-9;:]*m|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/**
 * Makes text from elsewhere safe for a terminal: colours (SGR) stay; every other escape sequence, which could move the cursor, set the
 * title or answer as if typed, is shown as a visible sign (␛ and its kin). Tabs and newlines stay.
 */
export function safeText(text: string): string {
  return text.replace(control, (match) => (sgr.test(match) ? match : visible(match)));
}

/** For names and our own messages: no escape at all gets through, newlines neither. */
export function safeName(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, visible);
}

/** The control pictures of Unicode: ESC is ␛, NUL is ␀; the upper control range has none and is shown as �. */
function visible(char: string): string {
  const code = char.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}
