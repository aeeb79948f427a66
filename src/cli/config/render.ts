/** The project as text. */
import type { Project } from '../../compose/types.ts';
import { yamlText } from './yaml-text.ts';

const yamlOrder = ['name', 'services', 'networks', 'volumes', 'secrets', 'configs', 'models'];
const jsonOrder = ['name', 'networks', 'services', 'volumes', 'configs', 'secrets', 'models'];

/** Data as JSON or YAML, `$` doubled when it would be read as a variable again. */
export function renderData(data: unknown, format: 'json' | 'yaml', dollars: 'double' | 'keep'): string {
  const text = format === 'json' ? `${JSON.stringify(data, jsonNumber, 2)}\n` : yamlText(data);
  return dollars === 'double' ? text.replaceAll('$', '$$$$') : text;
}

/** @throws nothing; the order of the top-level keys is the one that readers of compose output know */
export function renderProject(project: Project, format: 'json' | 'yaml', dollars: 'double' | 'keep'): string {
  return renderData(reorder(project, format === 'json' ? jsonOrder : yamlOrder), format, dollars);
}

function reorder(project: Project, first: readonly string[]): Record<string, unknown> {
  const source = project as unknown as Record<string, unknown>;
  const rest = Object.keys(source).filter((key) => !first.includes(key));
  return Object.fromEntries(
    [...first, ...rest].flatMap((key) => (source[key] === undefined ? [] : [[key, source[key]]])),
  );
}

/** JSON has no infinity; a text is better than losing the value. */
function jsonNumber(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
