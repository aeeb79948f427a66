/** What speaks against the numbers of `--scale`. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { didYouMean } from '../base/did-you-mean.ts';
import type { PlanInput } from './inputs.ts';

/** Services that are not there, and fixed names that only one container can have. */
export function scaleProblems(
  { loaded }: Pick<PlanInput, 'loaded'>,
  scale: Readonly<Record<string, number>>,
): Diagnostic[] {
  const { project, provenance } = loaded;
  return Object.entries(scale).flatMap(([name, count]): Diagnostic[] => {
    const service = project.services[name];
    if (!service) {
      const names = Object.keys(project.services);
      const hint = didYouMean(name, names) ?? `the services are ${names.join(', ')}`;
      return [
        { code: 'E_SERVICE_UNKNOWN', severity: 'error', message: `--scale: no such service: ${name}`, hint },
      ];
    }
    if (count < 2 || service.container_name === undefined) return [];
    const span = provenance.find(['services', name, 'container_name']);
    return [
      {
        code: 'E_CONSISTENCY',
        severity: 'error',
        message: `service "${name}" has a container_name, so it cannot be scaled to ${count}`,
        ...(span ? { span } : {}),
        hint: 'take container_name away',
      },
    ];
  });
}
