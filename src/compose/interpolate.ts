/** Phase `interpolate`: variables in values (never in keys), then the casts of typed attributes. */
import { type CastNode, castChild, castText, castTree } from './casts.ts';
import type { LoadContext } from './context.ts';
import { formatPath, mapEntries, mapItems, type Node, Scalar } from './node.ts';
import { substitute, TemplateError } from './template.ts';

export function interpolate(root: Node, context: LoadContext): Node {
  return walk(root, castTree, [], context);
}

function walk(
  node: Node,
  casts: CastNode | undefined,
  path: (string | number)[],
  context: LoadContext,
): Node {
  if (node.kind === 'scalar') return scalar(node, casts, path, context);
  const into = (child: Node, key: string | number): Node => {
    path.push(key);
    const result = walk(child, castChild(casts, String(key)), path, context);
    path.pop();
    return result;
  };
  return node.kind === 'map' ? mapEntries(node, into) : mapItems(node, into);
}

function scalar(
  node: Scalar,
  casts: CastNode | undefined,
  path: readonly (string | number)[],
  context: LoadContext,
): Node {
  if (typeof node.value !== 'string' || node.type === 'time') return node;
  const value =
    context.interpolate && node.value.includes('$') ? replace(node, node.value, path, context) : node.value;
  if (value === undefined) return node;
  if (!casts?.cast || !context.interpolate)
    return value === node.value ? node : new Scalar(value, 'string', node, node.tag);
  const result = castText(casts.cast, value);
  if ('error' in result) {
    context.report.add('E_VALUE', `${formatPath(path)}: ${result.error}`, node, {
      hint: castHints[casts.cast],
    });
    return node;
  }
  if (result.warning)
    context.report.add('W_OBSOLETE', result.warning, node, { hint: `write ${String(result.value)}` });
  return new Scalar(result.value, result.type, node, node.tag);
}

const castHints = {
  bool: 'write true or false',
  int: 'write a whole number',
  float: 'write a number',
} as const;

function replace(
  node: Scalar,
  value: string,
  path: readonly (string | number)[],
  context: LoadContext,
): string | undefined {
  try {
    return substitute(value, {
      lookup: (name) => context.environment.get(name),
      unset: (name) => context.report.unset(name, node),
    });
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const hint =
      error.problem.kind === 'syntax'
        ? 'write $$ for a plain dollar sign'
        : `set ${error.problem.variable} or give it a default`;
    context.report.add('E_INTERPOLATION', `${formatPath(path)}: ${error.message}`, within(node, error), {
      hint,
    });
    return undefined;
  }
}

/** The part of the source that the template's problem is in, where the source is the template letter by letter. */
function within(
  node: Scalar,
  error: TemplateError,
): Scalar | { file: Scalar['file']; start: number; end: number } {
  const source = node.file.text.slice(node.start, node.end);
  const quote = source.startsWith('"') || source.startsWith("'") ? 1 : 0;
  if (source.slice(quote, source.length - quote) !== node.value) return node;
  const start = node.start + quote + error.problem.at;
  return { file: node.file, start, end: start + error.problem.length };
}
