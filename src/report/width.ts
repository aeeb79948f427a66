/** How many columns text takes on a terminal: wide characters (East Asian, emoji) two, combining marks none. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const none = /[\p{Mn}\p{Me}\u200b-\u200f\ufeff]/u;

export function displayWidth(text: string): number {
  let width = 0;
  for (const char of text) width += widthOf(char);
  return width;
}

function widthOf(char: string): number {
  if (none.test(char)) return 0;
  return wide.test(char) ? 2 : 1;
}

/** Cuts text to a width; what is cut shows as "…" (or "..." in ASCII). */
export function truncate(text: string, width: number, ascii: boolean): string {
  if (displayWidth(text) <= width) return text;
  const sign = ascii ? '...' : '…';
  const room = width - displayWidth(sign);
  if (room < 0) return sign.slice(0, Math.max(0, width));
  let kept = '';
  let used = 0;
  for (const char of text) {
    if (used + widthOf(char) > room) break;
    kept += char;
    used += widthOf(char);
  }
  return kept + sign;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}
