/** `config --explain`: which file and line gave a value, and what it took the place of. */
import { didYouMean } from '../../base/did-you-mean.ts';
import { fail } from '../../base/errors.ts';
import { formatSpan, type Span } from '../../base/span.ts';
import {
  isMap,
  type MapNode,
  type Node,
  type Path,
  type Place,
  spanOf,
  toPlain,
} from '../../compose/node.ts';
import type { Loaded } from '../../compose/types.ts';
import { usesOf } from './variables.ts';

/** Keeps each document as written and as interpolated. */
export class SourceRecorder {
  readonly documents: Node[] = [];
  readonly interpolated: Node[] = [];

  readonly see = (phase: string, tree: Node): void => {
    if (phase === 'parse') this.documents.push(tree);
    if (phase === 'interpolate') this.interpolated.push(tree);
  };
}

/** Splits `services.web.ports[0].target`; keys with dots are matched against the model as they occur. */
export function splitPath(path: string, model: unknown): Path {
  const parts = path.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  const result: string[] = [];
  let value: unknown = model;
  for (let i = 0; i < parts.length; ) {
    let key = parts[i] ?? '';
    let used = 1;
    for (let take = parts.length - i; take > 1; take--) {
      const joined = parts.slice(i, i + take).join('.');
      if (!hasKey(value, joined)) continue;
      key = joined;
      used = take;
      break;
    }
    result.push(key);
    value = hasKey(value, key) ? (value as Record<string, unknown>)[key] : undefined;
    i += used;
  }
  return result;
}

function hasKey(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}

function valueAt(model: unknown, path: Path): unknown {
  let value: unknown = model;
  for (const step of path) {
    if (!hasKey(value, String(step))) return undefined;
    value = (value as Record<string, unknown>)[String(step)];
  }
  return value;
}

/** Explains a path of the project. */
export function explainPath(path: string, loaded: Loaded, seen: SourceRecorder): string {
  const steps = splitPath(path, loaded.project);
  const value = valueAt(loaded.project, steps);
  if (value === undefined) throw unknownPath(path, steps, loaded);
  const span = loaded.provenance.find(steps);
  const lines = [`${path} = ${JSON.stringify(value)}`];
  lines.push(span ? `  from ${formatSpan(span)}` : '  set by tscompose: no file says anything about it');
  for (const place of mentions(steps, seen.interpolated)) {
    const at = spanOf(place.key);
    if (!at || isWithin(at, span)) continue;
    lines.push(`  also at ${formatSpan(at)}: ${JSON.stringify(toPlain(place.value))}`);
  }
  return `${lines.join('\n')}\n`;
}

function isWithin(at: Span, winner: Span | undefined): boolean {
  return winner !== undefined && winner.path === at.path && winner.line === at.line;
}

interface Mention {
  readonly key: Place;
  readonly value: Node;
}

/** What each document says at the path, or at the nearest value above it that is not a mapping (a short form). */
function mentions(path: Path, documents: readonly Node[]): Mention[] {
  return documents.flatMap((document) => mentionIn(document, path) ?? []).reverse();
}

function mentionIn(document: Node, path: Path): Mention | undefined {
  let node: Node = document;
  let key: Place = document;
  for (const step of path) {
    if (!isMap(node)) break;
    const next: Node | undefined = node.get(String(step));
    if (!next) return undefined;
    key = keyOf(node, String(step)) ?? next;
    node = next;
  }
  return { key, value: node };
}

function keyOf(map: MapNode, key: string): Place | undefined {
  return map.keys.get(key);
}

function unknownPath(path: string, steps: Path, loaded: Loaded): Error {
  let depth = 0;
  while (depth < steps.length && valueAt(loaded.project, steps.slice(0, depth + 1)) !== undefined) depth += 1;
  const parent = valueAt(loaded.project, steps.slice(0, depth));
  const known = typeof parent === 'object' && parent !== null ? Object.keys(parent) : [];
  const hint =
    didYouMean(String(steps[depth] ?? ''), known) ?? `known here: ${known.slice(0, 20).join(', ')}`;
  return fail('E_USAGE', `the project has nothing at "${path}"`, { hint });
}

/** Explains a variable: its value, who gave it, and where it is used. */
export function explainVariable(
  name: string,
  loaded: Loaded,
  env: Readonly<Record<string, string | undefined>>,
  seen: SourceRecorder,
): string {
  const value = loaded.environment[name];
  const lines = [value === undefined ? `${name} is not set` : `${name} = ${JSON.stringify(value)}`];
  if (value !== undefined) {
    if (env[name] !== undefined) lines.push('  from the environment of the command');
    else if (name === 'COMPOSE_PROJECT_NAME') lines.push('  from the project name');
    else lines.push(`  from ${loaded.envFiles.join(' or ')}`);
  }
  for (const document of seen.documents) {
    for (const span of usesOf(name, document)) lines.push(`  used at ${formatSpan(span)}`);
  }
  return `${lines.join('\n')}\n`;
}
