/**
 * The interpolation grammar of the Compose Specification, nested to any depth:
 * $$ $NAME ${NAME} ${NAME:-d} ${NAME-d} ${NAME:+a} ${NAME+a} ${NAME:?m} ${NAME?m}.
 * A default, alternative or message is evaluated only when it is needed.
 *
 * @see https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md
 */

export interface TemplateProblem {
  readonly kind: 'syntax' | 'required';
  readonly message: string;
  /** Offset in the template's text. */
  readonly at: number;
  readonly length: number;
  readonly variable?: string;
}

export interface TemplateScope {
  /** The value, or undefined when the variable is not set. */
  lookup(name: string): string | undefined;
  /** Told of a variable that is used without a default and not set. */
  unset(name: string, at: number): void;
}

export class TemplateError extends Error {
  readonly problem: TemplateProblem;
  constructor(problem: TemplateProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

const name = /[_a-zA-Z][_a-zA-Z0-9]*/y;

/**
 * Replaces every variable of a template.
 *
 * @throws {TemplateError} for a malformed `${...}` and for a required variable that is missing
 */
export function substitute(template: string, scope: TemplateScope): string {
  return expand(template, { scope, offset: 0, isNested: false });
}

interface Expansion {
  readonly scope: TemplateScope;
  /** Of the text in the whole template. */
  readonly offset: number;
  /** Within the braces of another: it is known to be well-formed. */
  readonly isNested: boolean;
}

function expand(template: string, how: Expansion): string {
  let out = '';
  let from = 0;
  for (let at = template.indexOf('$'); at !== -1; at = template.indexOf('$', from)) {
    out += template.slice(from, at);
    const piece = expandAt(template, at, how);
    out += piece.text;
    from = piece.end;
  }
  return from === 0 ? template : out + template.slice(from);
}

interface Piece {
  readonly text: string;
  readonly end: number;
}

function expandAt(template: string, at: number, how: Expansion): Piece {
  const next = template[at + 1];
  if (next === '$') return { text: '$', end: at + 2 };
  if (next === '{') return expandBraces(template, at, how);
  const variable = matchName(template, at + 1);
  if (variable === undefined) return { text: '$', end: at + 1 };
  return { text: plain(variable, how.scope, how.offset + at), end: at + 1 + variable.length };
}

function matchName(template: string, at: number): string | undefined {
  name.lastIndex = at;
  return name.exec(template)?.[0];
}

function plain(variable: string, scope: TemplateScope, at: number): string {
  const value = scope.lookup(variable);
  if (value === undefined) scope.unset(variable, at);
  return value ?? '';
}

/**
 * Index of the brace that closes the one before `from`; -1 when there is none. Braces in what stands between count, `{"a":1}` as well as
 * `${B}`; what follows an opening one directly does not. Where they do not come out even, the last one closes.
 */
function closingBrace(template: string, from: number): number {
  let depth = 1;
  for (let i = from; i < template.length; i++) {
    if (template[i] === '{') {
      depth += 1;
      i += 1;
    } else if (template[i] === '}') {
      depth -= 1;
      if (depth === 0) return i;
    }
  }
  return template.lastIndexOf('}') < from ? -1 : template.lastIndexOf('}');
}

function malformed(template: string, at: number, end: number, offset: number): TemplateError {
  const part = template.slice(at, end);
  const message = `invalid interpolation format: ${part}`;
  return new TemplateError({ kind: 'syntax', message, at: offset + at, length: part.length });
}

/**
 * With it everything between braces is looked at, once, and fails only when it is malformed: what is not needed now must be well-formed,
 * too, for it is another time.
 */
const looking: TemplateScope = { lookup: () => '', unset: () => undefined };

function expandBraces(template: string, at: number, { scope, offset, isNested }: Expansion): Piece {
  const close = closingBrace(template, at + 2);
  if (close < 0) throw malformed(template, at, template.length, offset);
  const variable = matchName(template, at + 2);
  if (variable === undefined || at + 2 + variable.length > close)
    throw malformed(template, at, close + 1, offset);
  const operatorAt = at + 2 + variable.length;
  const end = close + 1;
  if (operatorAt === close) return { text: plain(variable, scope, offset + at), end };
  const operator = /^:?[-+?]/.exec(template.slice(operatorAt, close))?.[0];
  if (!operator) throw malformed(template, at, end, offset);
  const bodyAt = operatorAt + operator.length;
  const body = template.slice(bodyAt, close);
  if (body.includes('\n')) throw malformed(template, at, end, offset);
  const within = { offset: offset + bodyAt, isNested: true };
  const inner = (): string => expand(body, { ...within, scope });
  if (!isNested) expand(body, { ...within, scope: looking });
  if (scope === looking) return { text: inner(), end };
  const text = operate(operator, scope.lookup(variable), inner);
  if (text !== undefined) return { text, end };
  const reason = inner();
  const message = `required variable ${variable} is missing a value${reason ? `: ${reason}` : ''}`;
  throw new TemplateError({ kind: 'required', message, at: offset + at, length: end - at, variable });
}

/** What an operator makes of a value; what stands behind it is evaluated only when it is used. Undefined: `?` and no value. */
function operate(operator: string, value: string | undefined, inner: () => string): string | undefined {
  const isPresent = value !== undefined && (value !== '' || !operator.startsWith(':'));
  if (operator.endsWith('-')) return isPresent ? value : inner();
  if (operator.endsWith('+')) return isPresent ? inner() : (value ?? '');
  return isPresent ? value : undefined;
}

export interface VariableUse {
  readonly name: string;
  readonly required: boolean;
  readonly defaultValue: string;
  readonly presenceValue: string;
}

/** Every variable that a template names, nested ones included, with its default, alternative and whether it is required. */
export function variablesOf(template: string): VariableUse[] {
  const found: VariableUse[] = [];
  for (let at = template.indexOf('$'); at !== -1; ) {
    at = template.indexOf('$', collectAt(template, at, found));
  }
  return found;
}

function collectAt(template: string, at: number, found: VariableUse[]): number {
  if (template[at + 1] === '$') return at + 2;
  const braced = template[at + 1] === '{';
  const variable = matchName(template, at + (braced ? 2 : 1));
  if (variable === undefined) return at + 1;
  const use = { name: variable, required: false, defaultValue: '', presenceValue: '' };
  if (!braced) {
    found.push(use);
    return at + 1 + variable.length;
  }
  const close = closingBrace(template, at + 2);
  if (close < 0) return at + 2;
  const rest = template.slice(at + 2 + variable.length, close);
  const operator = /^:?[-+?]/.exec(rest)?.[0] ?? '';
  const body = rest.slice(operator.length);
  found.push({
    ...use,
    required: operator.endsWith('?'),
    defaultValue: operator.endsWith('-') ? body : '',
    presenceValue: operator.endsWith('+') ? body : '',
  });
  found.push(...variablesOf(body));
  return close + 1;
}
