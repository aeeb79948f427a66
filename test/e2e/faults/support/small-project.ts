import { busybox } from '../../support/project.ts';

/** Must never be seen outside the secret's file and the container that may read it. */
export const secretCanary = 'canary-7f3a-not-to-be-seen';

/** small: two services; large: six, one of them twice and outside the pod's network, and a one-shot. */
export type Size = 'small' | 'large';

export interface SmallProject {
  readonly size?: Size;
  /** Another environment of the first service, so that its container is made anew; or another address, so that the pod is. */
  readonly changed?: 'container' | 'pod' | undefined;
}

/** Services of which one waits for another to be healthy, in the pod; a port, a network, a volume with data and one without a name, a secret. */
export function smallProject(
  name: string,
  { size = 'small', changed }: SmallProject = {},
): Record<string, string> {
  return {
    'compose.yaml': `name: ${name}
services:
  db:
    image: ${busybox}
    command: [sh, -c, "test -f /data/mark || cat /proc/sys/kernel/random/uuid > /data/mark; exec sleep 1000"]
    environment: { STATE: "${changed === 'container' ? 'changed' : 'first'}" }
    volumes: ["data:/data", /scratch]
    secrets: [key]
    healthcheck: { test: [CMD, test, -f, /data/mark], interval: 1s }
    stop_grace_period: 0s
  web:
    image: ${busybox}
    command: [sleep, "1000"]
    depends_on: { db: { condition: service_healthy } }
    stop_grace_period: 0s
    ports: ["127.0.0.1::${changed === 'pod' ? 81 : 80}"]
${size === 'large' ? large : ''}volumes: { data: {}, more: {} }
secrets: { key: { file: ./key.txt } }
configs: { settings: { content: "a=1" } }
networks: { back: {} }
`,
    'key.txt': secretCanary,
  };
}

const large = `  migrate:
    image: ${busybox}
    command: ["true"]
    depends_on: { db: { condition: service_healthy } }
  api:
    image: ${busybox}
    command: [sleep, "1000"]
    configs: [settings]
    volumes: ["more:/more", "/scratch"]
    depends_on: { migrate: { condition: service_completed_successfully } }
    init: true
    stop_grace_period: 2s
  worker:
    image: ${busybox}
    command: [sleep, "1000"]
    scale: 2
    depends_on: [api]
    stop_grace_period: 0s
  lonely:
    image: ${busybox}
    command: [sleep, "1000"]
    networks: [back]
    stop_grace_period: 0s
`;

/** Its containers' names without the project's. */
export function containersOf(size: Size): readonly string[] {
  return size === 'small'
    ? ['db-1', 'web-1']
    : ['api-1', 'db-1', 'lonely-1', 'migrate-1', 'web-1', 'worker-1', 'worker-2'];
}
