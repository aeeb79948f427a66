/** Limits and numbers of containers that contradict each other: an attribute and its twin in `deploy`. */
import { isMap, type MapNode, nodeAt, type Path, type Place, textOf } from './node.ts';

interface LimitProblem {
  readonly message: string;
  readonly at: Place;
  readonly hint: string;
}

/** An attribute and its twin say the same, or one of them says nothing. Limits of which one is given count as given. */
export function limitProblems(name: string, service: MapNode): LimitProblem[] {
  const limits = ['deploy', 'resources', 'limits'];
  const reservations = ['deploy', 'resources', 'reservations'];
  return [
    ...unlike(name, service, 'cpus', [...limits, 'cpus']),
    ...unlike(name, service, 'mem_limit', [...limits, 'memory']),
    ...unlike(name, service, 'mem_reservation', [...reservations, 'memory']),
    ...unlike(name, service, 'pids_limit', [...limits, 'pids']),
    ...replicas(name, service),
  ];
}

function unlike(name: string, service: MapNode, key: string, twin: Path): LimitProblem[] {
  const own = service.get(key);
  const deployed = nodeAt(service, twin.slice(0, -1));
  if (own?.kind !== 'scalar' || !isMap(deployed)) return [];
  const other = deployed.get(String(twin.at(-1)));
  if (other?.kind === 'scalar' && other.value === own.value) return [];
  return [distinct(name, key, twin.join('.'), own)];
}

function distinct(name: string, key: string, twin: string, at: Place): LimitProblem {
  const message = `services.${name}: can't set distinct values on '${key}' and '${twin}'`;
  return { message, at, hint: 'keep one of the two' };
}

function replicas(name: string, service: MapNode): LimitProblem[] {
  const scale = service.get('scale');
  const deployed = nodeAt(service, ['deploy', 'replicas']);
  const found: LimitProblem[] = [];
  if (scale?.kind === 'scalar' && deployed?.kind === 'scalar' && scale.value !== deployed.value)
    found.push(distinct(name, 'scale', 'deploy.replicas', scale));
  const count = scale ?? deployed;
  if (count?.kind !== 'scalar' || typeof count.value !== 'number') return found;
  if (count.value < 0) {
    const message = `services.${name}.scale: must be greater than or equal to 0`;
    found.push({ message, at: count, hint: 'write 0 or more' });
  }
  const fixed = service.get('container_name');
  if (fixed && count.value > 1) {
    const message = `services.${name}: container_name "${textOf(fixed)}" allows only one container, but ${count.value} are asked for`;
    found.push({ message, at: fixed, hint: 'remove container_name' });
  }
  return found;
}
