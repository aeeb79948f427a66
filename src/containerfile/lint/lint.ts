/**
 * `build --check`: everything that is wrong or doubtful in a Containerfile, without building it.
 *
 * A file that cannot be parsed gives its errors only. `# check=skip=RULE,RULE` in the file silences rules, `skip=all` all of them; `error=true` makes findings errors.
 *
 * @see https://docs.docker.com/reference/build-checks/
 */

import { type Diagnostic, sortDiagnostics } from '../../base/diagnostic.ts';
import { didYouMean } from '../../base/did-you-mean.ts';
import type { Directive } from '../types.ts';
import { casingRules } from './casing-rules.ts';
import { instructionRules } from './instruction-rules.ts';
import type { LintInputs, Rule } from './rule.ts';
import { stageRules, wrongSources } from './stage-rules.ts';
import { variableRules } from './variable-rules.ts';

/** All rules, sorted by name. */
export const rules: readonly Rule[] = [
  ...casingRules,
  ...stageRules,
  ...instructionRules,
  ...variableRules,
].sort((a, b) => (a.name < b.name ? -1 : 1));

/**
 * Checks one file.
 *
 * @returns errors (`E_CONTAINERFILE`) and findings (`W_CONTAINERFILE`, the rule at the front of the message), sorted by place
 */
export function lintContainerfile(inputs: LintInputs): Diagnostic[] {
  const { file, errors } = inputs.reading;
  const directive = file.directives.find(({ name }) => name === 'check');
  // What could not be read would make false findings elsewhere.
  if (errors.length > 0) return [...errors];
  const { skip, isError, wrong } = readCheck(directive);
  const findings = rules
    .filter(({ name }) => !skip.has('all') && !skip.has(name.toLowerCase()))
    .flatMap((rule) => rule.find(inputs).map((finding) => diagnosticOf(rule, finding, isError)));
  return sortDiagnostics([...wrongSources(file), ...wrong, ...findings]);
}

function diagnosticOf(rule: Rule, finding: ReturnType<Rule['find']>[number], isError: boolean): Diagnostic {
  const { message, span, hint, related } = finding;
  return {
    code: isError ? 'E_CONTAINERFILE' : 'W_CONTAINERFILE',
    severity: isError ? 'error' : 'warning',
    message: `${rule.name}: ${message}`,
    span,
    ...(hint ? { hint } : {}),
    ...(related ? { related } : {}),
  };
}

/** `skip=A,B;error=true`; names have no case. */
function readCheck(directive: Directive | undefined): {
  readonly skip: ReadonlySet<string>;
  readonly isError: boolean;
  readonly wrong: readonly Diagnostic[];
} {
  const wrong: Diagnostic[] = [];
  const skip = new Set<string>();
  let isError = false;
  const known = ['all', ...rules.map(({ name }) => name)];
  for (const part of directive ? directive.value.split(';') : []) {
    const [key = '', value = ''] = part.split('=').map((text) => text.trim());
    if (key === 'error') isError = value.toLowerCase() === 'true';
    else if (key === 'skip') for (const name of value.split(',')) skip.add(name.trim().toLowerCase());
  }
  for (const name of skip)
    if (directive && !known.some((one) => one.toLowerCase() === name))
      wrong.push({
        code: 'W_CONTAINERFILE',
        severity: 'warning',
        message: `the check "${name}" that is skipped does not exist`,
        span: directive.span,
        hint: didYouMean(name, known) ?? `the checks are ${known.join(', ')}`,
      });
  return { skip, isError, wrong };
}
