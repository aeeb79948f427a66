/** The project as text. */
import type { Project } from '../../compose/types.ts';
import { arrange, type Form } from './arrange.ts';
import { jsonText } from './json-text.ts';
import { projectLayout } from './layout.ts';
import { yamlText } from './yaml-text.ts';

export type Dollars = 'double' | 'keep';

/** Data as JSON or YAML, `$` doubled when it would be read as a variable again. */
export function renderData(data: unknown, form: Form, dollars: Dollars): string {
  const text = form === 'json' ? `${jsonText(data)}\n` : yamlText(data);
  return dollars === 'double' ? text.replaceAll('$', '$$$$') : text;
}

/** The canonical project, its attributes in the order that readers of compose output know. */
export function renderProject(project: Project, form: Form): string {
  const ordered = arrange(project, projectLayout, form) as Map<string, unknown>;
  if (form === 'yaml') return renderData(ordered, form, 'double');
  // The JSON form has its sections sorted, and knows no models.
  ordered.delete('models');
  for (const [key, value] of Object.entries(project)) {
    if (key.startsWith('x-')) ordered.set(key, arrange(value, undefined, form));
  }
  const sections = new Map([...ordered].sort(([a], [b]) => (a < b ? -1 : 1)));
  return renderData(sections, form, 'double');
}

/** A tree as the loading phases have it, its keys sorted. */
export function renderTree(tree: unknown, form: Form): string {
  return renderData(arrange(tree, undefined, form), form, 'keep');
}
