/** A plan for people: one line per action, or a graph. */
import { formatSpan } from '../base/span.ts';
import type { Action, Plan } from './types.ts';

/** `[1,2] -> #3 container.create/shop-web-1: not found (compose.yaml:12:3)` */
export function printPlan(plan: Plan): string {
  const numbers = new Map(plan.actions.map((action, index) => [action.id, index + 1]));
  const lines = plan.actions.map((action) => {
    const needs = action.needs.map((need) => numbers.get(need) ?? 0).sort((a, b) => a - b);
    const before = needs.length > 0 ? `[${needs.join(',')}] -> ` : '';
    const where = action.source ? ` (${formatSpan(action.source)})` : '';
    return `${before}#${numbers.get(action.id)} ${action.id}: ${action.reason}${where}`;
  });
  return `${[...lines, ...printPlacements(plan)].join('\n')}\n`;
}

/** Services that do not simply share the pod's network, and why. */
function printPlacements(plan: Plan): string[] {
  const special = plan.placements.filter(({ kind }) => kind !== 'pod');
  return special.map(({ service, kind, reason, source }) => {
    const where = kind === 'own' ? 'a network namespace of its own' : 'outside the pod';
    return `${service}: ${where}: ${reason}${source ? ` (${formatSpan(source)})` : ''}`;
  });
}

/** Graphviz' language. */
export function planDot(plan: Plan): string {
  const lines = plan.actions.flatMap((action) => [
    node(action),
    ...action.needs.map((need) => `  ${quote(need)} -> ${quote(action.id)};`),
  ]);
  return `digraph plan {\n  rankdir=LR;\n  node [shape=box];\n${lines.join('\n')}\n}\n`;
}

function node(action: Action): string {
  return `  ${quote(action.id)} [tooltip=${quote(action.reason)}];`;
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

export function planMermaid(plan: Plan): string {
  const ids = new Map(plan.actions.map((action, index) => [action.id, `a${index + 1}`]));
  const nodes = plan.actions.map(
    (action) => `  ${ids.get(action.id)}["${action.id.replaceAll('"', '#quot;')}"]`,
  );
  const edges = plan.actions.flatMap((action) =>
    action.needs.map((need) => `  ${ids.get(need)} --> ${ids.get(action.id)}`),
  );
  return `flowchart LR\n${[...nodes, ...edges].join('\n')}\n`;
}
