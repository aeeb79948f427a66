/** What the translation of one service into Podman's terms may look at, and where it says what cannot be done. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Project, Provenance, Service } from '../../compose/types.ts';
import type { Capabilities, ObservedImage } from '../../podman/types.ts';
import type { Placement } from '../types.ts';

export interface SpecContext {
  readonly project: Project;
  readonly provenance: Provenance;
  readonly capabilities: Capabilities;
  readonly name: string;
  readonly service: Service;
  readonly placement: Placement;
  readonly image: ObservedImage | null;
  /** Hex SHA-256 by name; an empty file cannot be one of Podman's secrets. */
  readonly digests: {
    readonly secrets: Readonly<Record<string, string>>;
    readonly configs: Readonly<Record<string, string>>;
  };
  readonly diagnostics: Diagnostic[];
}

/** Podman cannot do what the attribute asks: the plan is refused. */
export function refuse(
  context: SpecContext,
  path: readonly (string | number)[],
  message: string,
  hint: string,
): void {
  add(context, 'E_UNSUPPORTED', 'error', path, message, hint);
}

/** The attribute has no effect: the plan goes on. */
export function warn(
  context: SpecContext,
  path: readonly (string | number)[],
  message: string,
  hint: string,
): void {
  add(context, 'W_UNSUPPORTED', 'warning', path, message, hint);
}

function add(
  context: SpecContext,
  code: 'E_UNSUPPORTED' | 'W_UNSUPPORTED',
  severity: 'error' | 'warning',
  path: readonly (string | number)[],
  message: string,
  hint: string,
): void {
  const span = context.provenance.find(['services', context.name, ...path]);
  context.diagnostics.push({
    code,
    severity,
    message: `service "${context.name}": ${message}`,
    ...(span ? { span } : {}),
    hint,
  });
}

/** An object without its undefined and empty members: Podman takes what is absent as unset. */
export function compact<T extends object>(value: T): T {
  const kept = Object.entries(value).filter(([, inner]) => {
    if (inner === undefined) return false;
    if (Array.isArray(inner)) return inner.length > 0;
    return !(inner !== null && typeof inner === 'object' && Object.keys(inner).length === 0);
  });
  return Object.fromEntries(kept) as T;
}
