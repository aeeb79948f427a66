/** The project as text, in pieces: of a large project each copy of the whole would take its memory. */
import type { Project } from '../../compose/types.ts';
import { arrange, type Form } from './arrange.ts';
import { jsonText } from './json-text.ts';
import { projectLayout } from './layout.ts';
import { yamlPieces } from './yaml-text.ts';

export type Dollars = 'double' | 'keep';

/** Data as JSON or YAML, `$` doubled when it would be read as a variable again. */
export function renderData(data: unknown, form: Form, dollars: Dollars): readonly string[] {
  const pieces = form === 'json' ? [`${jsonText(data)}\n`] : yamlPieces(data);
  return dollars === 'double' ? pieces.map((piece) => piece.replaceAll('$', '$$$$')) : pieces;
}

/** The canonical project, its attributes in the order that readers of compose output know. */
export function renderProject(project: Project, form: Form): readonly string[] {
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
export function renderTree(tree: unknown, form: Form): readonly string[] {
  return renderData(arrange(tree, undefined, form), form, 'keep');
}
