import { labels } from '../plan/names.ts';
import type { ContainerState, ObservedContainer, ObservedPort } from '../podman/types.ts';
import { goTime, humanDuration } from './human-time.ts';

/** One line of `ps --format json`; the keys, their types and their order are docker compose's. */
export interface ContainerView {
  readonly Command: string;
  readonly CreatedAt: string;
  readonly ExitCode: number;
  readonly Health: string;
  readonly ID: string;
  readonly Image: string;
  readonly Labels: string;
  readonly LocalVolumes: string;
  readonly Mounts: string;
  readonly Name: string;
  readonly Names: string;
  readonly Networks: string;
  readonly Ports: string;
  readonly Project: string;
  readonly Publishers: readonly Publisher[];
  readonly RunningFor: string;
  readonly Service: string;
  readonly Size: string;
  readonly State: string;
  readonly Status: string;
}

export interface Publisher {
  readonly URL: string;
  readonly TargetPort: number;
  readonly PublishedPort: number;
  readonly Protocol: string;
}

export interface ViewOptions {
  readonly nowMs: number;
  /** Cut ids and commands. */
  readonly truncate: boolean;
}

export function viewContainer(container: ObservedContainer, options: ViewOptions): ContainerView {
  const command = container.command.join(' ');
  const state = stateWord(container.state);
  const publishers = isUp(state) ? publishersOf(container) : [];
  const own = container.labels;
  const ownLabels = Object.entries(own).sort(([a], [b]) => (a < b ? -1 : 1));
  const created = Math.max(0, options.nowMs - Date.parse(container.createdAt)) / 1000;
  return {
    Command: `"${options.truncate ? ellipsis(command, 20) : command}"`,
    CreatedAt: goTime(container.createdAt),
    ExitCode: isUp(state) ? 0 : container.exitCode,
    Health: healthOf(container, state),
    ID: options.truncate ? container.id.slice(0, 12) : container.id,
    Image: container.image,
    Labels: ownLabels.map(([key, value]) => `${key}=${value}`).join(','),
    LocalVolumes: String(container.volumes ?? 0),
    Mounts: container.mounts.join(','),
    Name: container.name,
    Names: container.name,
    Networks: container.networks.join(','),
    Ports: publishers.map(portText).join(', '),
    Project: own[labels.project] ?? '',
    Publishers: publishers,
    RunningFor: `${humanDuration(created)} ago`,
    Service: own[labels.service] ?? '',
    Size: '0B',
    State: state,
    Status: statusOf(container, state, options.nowMs),
  };
}

/** docker's words for Podman's states. */
export function stateWord(state: ContainerState): string {
  switch (state) {
    case 'initialized':
      return 'created';
    case 'stopping':
      return 'running';
    case 'stopped':
      return 'exited';
    case 'unknown':
      return 'dead';
    default:
      return state;
  }
}

function isUp(state: string): boolean {
  return state === 'running' || state === 'paused' || state === 'restarting';
}

function healthOf(container: ObservedContainer, state: string): string {
  const { health } = container;
  return isUp(state) && health !== undefined && health !== 'none' ? health : '';
}

function statusOf(container: ObservedContainer, state: string, nowMs: number): string {
  const since = (seconds: number): string => humanDuration(Math.max(0, nowMs / 1000 - seconds));
  if (isUp(state)) {
    const health = healthOf(container, state);
    const told = health === 'starting' ? ' (health: starting)' : health === '' ? '' : ` (${health})`;
    return `Up ${since(container.startedAt)}${state === 'paused' ? ' (Paused)' : told}`;
  }
  if (state === 'exited') return `Exited (${container.exitCode}) ${since(container.exitedAt)} ago`;
  return state.charAt(0).toUpperCase() + state.slice(1);
}

interface LabelPort {
  readonly host_ip?: string;
  readonly target: number;
  readonly published?: string;
  readonly protocol?: string;
}

/**
 * What the container itself publishes. Every member of a pod reports all ports of the pod, so ours are told from the label that we set; a
 * port that was left to chance is looked up among the pod's.
 */
export function publishersOf(container: ObservedContainer): Publisher[] {
  const text = container.labels[labels.ports];
  const publishers = text === undefined ? container.ports.map(fromEngine) : fromLabel(text, container.ports);
  return publishers.sort(
    (a, b) =>
      a.TargetPort - b.TargetPort || (a.Protocol < b.Protocol ? -1 : 1) || a.PublishedPort - b.PublishedPort,
  );
}

function fromEngine(port: ObservedPort): Publisher {
  return {
    URL: port.hostIp === '' ? '0.0.0.0' : port.hostIp,
    TargetPort: port.containerPort,
    PublishedPort: port.hostPort,
    Protocol: port.protocol,
  };
}

function fromLabel(text: string, real: readonly ObservedPort[]): Publisher[] {
  let ports: readonly LabelPort[];
  try {
    ports = JSON.parse(text) as readonly LabelPort[];
  } catch {
    return real.map(fromEngine);
  }
  return ports.flatMap((port) => {
    const protocol = port.protocol ?? 'tcp';
    const written = Number(port.published);
    const candidates = real.filter(
      (found) => found.containerPort === port.target && found.protocol === protocol && matches(port, found),
    );
    if (candidates.length > 0) return candidates.slice(0, 1).map(fromEngine);
    if (port.published === undefined || Number.isNaN(written)) return [];
    return [
      { URL: port.host_ip || '0.0.0.0', TargetPort: port.target, PublishedPort: written, Protocol: protocol },
    ];
  });
}

function matches(port: LabelPort, found: ObservedPort): boolean {
  if (port.host_ip && found.hostIp !== port.host_ip) return false;
  const published = port.published ?? '';
  if (published === '' || published === '0') return true;
  const [from = 0, to = from] = published.split('-').map(Number);
  return found.hostPort >= from && found.hostPort <= to;
}

export function portText(publisher: Publisher): string {
  const host = publisher.URL.includes(':') ? `[${publisher.URL}]` : publisher.URL;
  return `${host}:${publisher.PublishedPort}->${publisher.TargetPort}/${publisher.Protocol}`;
}

export function ellipsis(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
