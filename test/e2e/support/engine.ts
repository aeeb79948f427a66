/** The engine as the tests see it: raw answers of libpod, asked apart from the client under test. */
import http from 'node:http';
import { inject } from 'vitest';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** One request; never rejects on an error status. */
export function libpod(method: string, path: string, body?: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        socketPath: inject('engineSocket'),
        method,
        path: `/v4.0.0/libpod${path}`,
        headers: { 'Content-Type': 'application/json' },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    request.on('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** A GET's JSON; an error status throws with the engine's words. */
export async function get<T>(path: string): Promise<T> {
  const { status, text } = await libpod('GET', path);
  if (status >= 400) throw new Error(`GET ${path}: ${status} ${text}`);
  return JSON.parse(text) as T;
}

export function labelFilter(...labels: string[]): string {
  return encodeURIComponent(JSON.stringify({ label: labels }));
}

/** What the tests read of a container's inspection; libpod's own names. */
export interface Inspect {
  readonly Id: string;
  readonly Name: string;
  readonly Pod: string;
  readonly Image: string;
  readonly ImageName: string;
  readonly RestartCount: number;
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly StartedAt: string;
    readonly FinishedAt: string;
    readonly Pid: number;
    readonly Health?: {
      readonly Status: string;
      readonly Log: readonly { readonly Output: string }[] | null;
    };
  };
  readonly Config: {
    readonly Env: readonly string[];
    readonly Labels: Readonly<Record<string, string>>;
    readonly Hostname: string;
    readonly StopSignal: number | string;
    readonly StopTimeout: number;
    readonly Tty: boolean;
    readonly OpenStdin: boolean;
    readonly User: string;
    readonly WorkingDir: string;
    readonly Cmd: readonly string[] | null;
    readonly Annotations: Readonly<Record<string, string>> | null;
  };
  readonly HostConfig: {
    readonly NetworkMode: string;
    readonly RestartPolicy: { readonly Name: string; readonly MaximumRetryCount: number };
    readonly ReadonlyRootfs: boolean;
    readonly Init: boolean;
    readonly Privileged: boolean;
    readonly Memory: number;
    readonly PidsLimit: number;
    readonly CapAdd: readonly string[];
    readonly CapDrop: readonly string[];
    readonly ShmSize: number;
    readonly LogConfig: { readonly Type: string; readonly Size: string };
    readonly PortBindings: Readonly<
      Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>
    > | null;
  };
  readonly NetworkSettings: {
    readonly Ports: Readonly<
      Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>
    >;
    readonly Networks?: Readonly<
      Record<
        string,
        { readonly IPAddress: string; readonly MacAddress: string; readonly Aliases: string[] | null }
      >
    >;
  };
  readonly Mounts: readonly {
    readonly Type: string;
    readonly Name?: string;
    readonly Source: string;
    readonly Destination: string;
    readonly RW: boolean;
  }[];
}

export interface Listed {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly State: string;
  readonly ExitCode: number;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly Pod: string;
  readonly IsInfra: boolean;
  readonly Image: string;
}

export interface PodInspect {
  readonly Id: string;
  readonly Name: string;
  readonly State: string;
  readonly InfraContainerID?: string;
  readonly SharedNamespaces: readonly string[] | null;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly Containers: readonly { readonly Id: string; readonly Name: string; readonly State: string }[];
}
