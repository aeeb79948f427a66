/**
 * Parser directives: `# name=value` lines at the head of the file, before anything else.
 *
 * @see https://docs.docker.com/reference/dockerfile/#parser-directives
 */
import type { PhysicalLines } from './lines.ts';
import type { Problems } from './problems.ts';
import type { Directive, EscapeChar } from './types.ts';

const known: ReadonlySet<string> = new Set(['syntax', 'escape', 'check']);

/** Takes the directives off the head; the first line that is none ends them. Unknown names are ordinary comments. */
export function readDirectives(
  lines: PhysicalLines,
  problems: Problems,
): { directives: Directive[]; escapeChar: EscapeChar } {
  const directives: Directive[] = [];
  let escapeChar: EscapeChar = '\\';
  for (let text = lines.peek(); text !== undefined; text = lines.peek()) {
    const match = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(\S(?:.*\S)?)\s*$/.exec(text);
    if (!match) break;
    const number = lines.take()?.number ?? 1;
    const [, written = '', value = ''] = match;
    const name = written.toLowerCase();
    if (!known.has(name)) continue;
    const span = { path: lines.path, line: number, column: 1, endLine: number, endColumn: text.length + 1 };
    if (directives.some((directive) => directive.name === name))
      problems.error(`the directive "${name}" is given twice`, span);
    if (name === 'escape') {
      if (value === '\\' || value === '`') escapeChar = value;
      else problems.error(`"${value}" cannot be the escape character`, span, 'write \\ or `');
    }
    directives.push({ name, value, span });
  }
  return { directives, escapeChar };
}
