import type { Action } from '../plan/types.ts';

/** What an action is about, in docker compose's words. */
export interface Resource {
  /** Container, Network, Volume, Pod, Image, Secret or Ports. */
  readonly type: string;
  readonly name: string;
  /** While it runs, and when it is done: Creating, Created. */
  readonly doing: string;
  readonly done: string;
  /** A step that people do not ask about; plain progress leaves it out unless it fails. */
  readonly minor: boolean;
}

const words: Readonly<Record<string, readonly [type: string, doing: string, done: string]>> = {
  'port.check': ['Ports', 'Checking', 'Checked'],
  'image.pull': ['Image', 'Pulling', 'Pulled'],
  'image.push': ['Image', 'Pushing', 'Pushed'],
  'image.remove': ['Image', 'Removing', 'Removed'],
  'image.build': ['Image', 'Building', 'Built'],
  'build.name': ['Image', 'Naming', 'Built'],
  'build.run': ['Step', 'Running', 'Done'],
  'build.layers': ['Step', 'Making', 'Made'],
  'network.create': ['Network', 'Creating', 'Created'],
  'network.remove': ['Network', 'Removing', 'Removed'],
  'volume.create': ['Volume', 'Creating', 'Created'],
  'volume.remove': ['Volume', 'Removing', 'Removed'],
  'secret.create': ['Secret', 'Creating', 'Created'],
  'secret.remove': ['Secret', 'Removing', 'Removed'],
  'pod.create': ['Pod', 'Creating', 'Created'],
  'pod.start': ['Pod', 'Starting', 'Started'],
  'pod.remove': ['Pod', 'Removing', 'Removed'],
  'container.create': ['Container', 'Creating', 'Created'],
  'container.init': ['Container', 'Preparing', 'Prepared'],
  'container.start': ['Container', 'Starting', 'Started'],
  'container.stop': ['Container', 'Stopping', 'Stopped'],
  'container.kill': ['Container', 'Killing', 'Killed'],
  'container.pause': ['Container', 'Pausing', 'Paused'],
  'container.unpause': ['Container', 'Unpausing', 'Unpaused'],
  'container.rename': ['Container', 'Renaming', 'Renamed'],
  'container.remove': ['Container', 'Removing', 'Removed'],
  'container.hook': ['Container', 'Running hook', 'Hook done'],
};

const waitDone = {
  running: 'Running',
  healthy: 'Healthy',
  completed: 'Exited',
  'running-or-healthy': 'Healthy',
} as const;

const minorKinds: ReadonlySet<string> = new Set(['port.check', 'container.init', 'container.rename']);

/** The resource of an action; build steps of the layer builder are named by their id. */
export function resourceOf(action: Action): Resource {
  if (action.kind === 'container.wait') {
    const done = waitDone[action.condition];
    return { type: 'Container', name: action.name, doing: 'Waiting', done, minor: false };
  }
  const [type, doing, done] = words[action.kind] ?? ['Build', 'Building', 'Built'];
  return { type, name: nameOf(action), doing, done, minor: minorKinds.has(action.kind) };
}

function nameOf(action: Action): string {
  if ('name' in action && typeof action.name === 'string') return action.name;
  if ('reference' in action) return action.reference;
  if ('spec' in action) return action.spec.name;
  if (action.kind === 'image.build' || action.kind === 'build.name') return action.tags[0] ?? action.service;
  if (action.kind === 'build.run' || action.kind === 'build.layers')
    return `${action.services.join(',')}  ${action.title}`;
  if (action.kind === 'port.check') {
    const ports = action.ports.map((port) => String(port.host_port ?? 0));
    return [...new Set(ports)].join(', ');
  }
  return (action as { readonly id: string }).id;
}

/** 0.4s, 12.3s, 2m5s. */
export function formatSeconds(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)}s`;
  return `${Math.floor(seconds / 60)}m${Math.floor(seconds % 60)}s`;
}
