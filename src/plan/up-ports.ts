/** Host ports that this run will bind, tried before anything is changed. */
import type { PortMapping } from '../podman/spec.ts';
import type { PodPlan } from './pod.ts';
import { portsOf } from './port-choice.ts';
import { portMapping } from './spec/network.ts';
import type { PortCheck } from './types.ts';
import type { UpState } from './up-state.ts';

type Checked = PortCheck['ports'][number];

/** Two services that publish one host port contradict each other. */
export function planPortCheck(state: UpState, pod: PodPlan | undefined): void {
  const wanted = [...podPorts(state, pod), ...ownPorts(state)];
  reportClashes(state, wanted);
  const held = heldByUs(state);
  const ports = wanted.filter(
    (port) => port.host_port !== undefined && port.host_port !== 0 && !held.has(key(port)),
  );
  if (ports.length === 0 || state.builder.ids.length === 0) return;
  const before = state.builder.ids;
  const id = state.builder.add({
    kind: 'port.check',
    id: 'port.check',
    needs: [],
    reason: 'ports are tried before anything is changed',
    ports,
  });
  for (const other of before) state.builder.require(other, [id]);
}

function checked(state: UpState, service: string): Checked[] {
  const { project, provenance } = state.input.loaded;
  return portsOf(project, service).map((port, index) => {
    const source = provenance.find(['services', service, 'ports', index]);
    return { ...portMapping(port), service, ...(source ? { source } : {}) };
  });
}

/** The pod publishes what all of its members publish, whichever of them are started now. */
function podPorts(state: UpState, pod: PodPlan | undefined): Checked[] {
  if (!pod || !state.builder.ids.some((id) => id.startsWith('pod.create/') || id.startsWith('pod.start/')))
    return [];
  return pod.members.flatMap((name) => checked(state, name));
}

function ownPorts(state: UpState): Checked[] {
  return [...state.services.keys()].flatMap((name) => {
    const placement = state.placements.byService.get(name);
    if (placement?.kind === 'pod' || state.input.loaded.project.services[name]?.network_mode) return [];
    const starts = state.services.get(name)?.containers.some(({ started }) => started !== undefined);
    return starts ? checked(state, name) : [];
  });
}

function key(port: Pick<PortMapping, 'host_port' | 'protocol'>): string {
  return `${port.host_port}/${port.protocol}`;
}

/** Ports that the project's own containers hold and give back in this very run, or keep. */
function heldByUs(state: UpState): Set<string> {
  const { observed, loaded } = state.input;
  const pods = new Set(
    observed.pods
      .filter(({ name }) => name === state.podName || name === `pod_${loaded.project.name}`)
      .map(({ id }) => id),
  );
  const ours = observed.containers.filter(
    (container) =>
      (container.podId !== undefined && pods.has(container.podId)) ||
      container.labels['com.docker.compose.project'] === loaded.project.name,
  );
  const running = ours.filter(
    ({ state: now }) => now === 'running' || now === 'paused' || now === 'initialized',
  );
  return new Set(
    running.flatMap(({ ports }) =>
      ports.map((port) => key({ host_port: port.hostPort, protocol: port.protocol })),
    ),
  );
}

function reportClashes(state: UpState, ports: readonly Checked[]): void {
  const seen = new Map<string, Checked>();
  for (const port of ports) {
    if (port.host_port === undefined) continue;
    const name = `${port.host_ip ?? ''}:${key(port)}`;
    const first = seen.get(name);
    seen.set(name, port);
    if (!first || (first.service === port.service && first.container_port === port.container_port)) continue;
    state.problems.push({
      code: 'E_CONSISTENCY',
      severity: 'error',
      message: `services "${first.service}" and "${port.service}" both publish port ${port.host_port}/${port.protocol}`,
      ...(port.source ? { span: port.source } : {}),
      ...(first.source ? { related: [{ message: 'first published here', span: first.source }] } : {}),
      hint: 'publish one of them on another port',
    });
  }
}
