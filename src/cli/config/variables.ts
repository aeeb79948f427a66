/** `config --variables`: what the model takes from the environment. */

import type { Span } from '../../base/span.ts';
import { type Node, type Place, spanOf } from '../../compose/node.ts';
import { type VariableUse, variablesOf } from '../../compose/template.ts';
import { yamlText } from './yaml-text.ts';

/** Every text of a tree that has a `$` in it. */
function* templates(node: Node): Generator<{ text: string; at: Place }> {
  if (node.kind === 'scalar') {
    if (typeof node.value === 'string' && node.value.includes('$')) yield { text: node.value, at: node };
  } else if (node.kind === 'seq') for (const item of node.items) yield* templates(item);
  else for (const value of node.entries.values()) yield* templates(value);
}

/** One entry for each variable, sorted; a use that says more (required, a default) wins over one that says less. */
export function variablesIn(tree: Node): VariableUse[] {
  const found = new Map<string, VariableUse>();
  for (const { text } of templates(tree)) {
    for (const use of variablesOf(text)) {
      const before = found.get(use.name);
      found.set(use.name, {
        name: use.name,
        required: use.required || (before?.required ?? false),
        defaultValue: use.defaultValue || (before?.defaultValue ?? ''),
        presenceValue: use.presenceValue || (before?.presenceValue ?? ''),
      });
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Where a variable is used. */
export function usesOf(name: string, tree: Node): Span[] {
  const spans: Span[] = [];
  for (const { text, at } of templates(tree)) {
    const span = variablesOf(text).some((use) => use.name === name) ? spanOf(at) : undefined;
    if (span) spans.push(span);
  }
  return spans;
}

/** As docker compose prints them: the names of the fields differ from form to form, and four spaces indent. */
export function variablesText(variables: readonly VariableUse[], format?: string): string {
  if (format === 'json') {
    const fields = variables.map(({ name, defaultValue, presenceValue, required }) => [
      name,
      { Name: name, DefaultValue: defaultValue, PresenceValue: presenceValue, Required: required },
    ]);
    return `${JSON.stringify(Object.fromEntries(fields), null, 4)}\n`;
  }
  if (format === 'yaml') {
    const fields = variables.map(({ name, defaultValue, presenceValue, required }) => [
      name,
      { name, defaultvalue: defaultValue, presencevalue: presenceValue, required },
    ]);
    return yamlText(Object.fromEntries(fields)).replace(/^ {2}/gm, '    ');
  }
  return variablesTable(variables);
}

/** The table that docker compose prints: columns of 20. */
function variablesTable(variables: readonly VariableUse[]): string {
  const row = (cells: readonly string[]): string =>
    `${cells.map((cell, index) => (index < cells.length - 1 ? `${cell.padEnd(16)}    ` : cell)).join('')}\n`;
  return [
    row(['NAME', 'REQUIRED', 'DEFAULT VALUE', 'ALTERNATE VALUE']),
    ...variables.map((use) => row([use.name, String(use.required), use.defaultValue, use.presenceValue])),
  ].join('');
}
