import type { TypeTable } from "../type-table.ts";

/** Probes, hooks and security of containers. */
export const containerChecksTypes: TypeTable = {
  prefix: "io.k8s.api.core.v1",
  group: "",
  types: {
    Probe: {
      fields: {
        exec: "ExecAction",
        failureThreshold: "int32",
        grpc: "GRPCAction",
        httpGet: "HTTPGetAction",
        initialDelaySeconds: "int32",
        periodSeconds: "int32",
        successThreshold: "int32",
        tcpSocket: "TCPSocketAction",
        terminationGracePeriodSeconds: "int64",
        timeoutSeconds: "int32",
      },
    },
    Lifecycle: {
      fields: {
        postStart: "LifecycleHandler",
        preStop: "LifecycleHandler",
        stopSignal: "string",
      },
    },
    LifecycleHandler: {
      fields: {
        exec: "ExecAction",
        httpGet: "HTTPGetAction",
        sleep: "SleepAction",
        tcpSocket: "TCPSocketAction",
      },
    },
    ExecAction: {
      fields: {
        command: "[]string",
      },
    },
    GRPCAction: {
      fields: {
        port: "int32!",
        service: "string",
      },
    },
    HTTPGetAction: {
      fields: {
        host: "string",
        httpHeaders: "[]HTTPHeader",
        path: "string",
        port: "intOrString!",
        scheme: "string",
      },
    },
    HTTPHeader: {
      fields: {
        name: "string!",
        value: "string!",
      },
    },
    TCPSocketAction: {
      fields: {
        host: "string",
        port: "intOrString!",
      },
    },
    SleepAction: {
      fields: {
        seconds: "int64!",
      },
    },
    SecurityContext: {
      fields: {
        allowPrivilegeEscalation: "boolean",
        appArmorProfile: "AppArmorProfile",
        capabilities: "Capabilities",
        privileged: "boolean",
        procMount: "string",
        readOnlyRootFilesystem: "boolean",
        runAsGroup: "int64",
        runAsNonRoot: "boolean",
        runAsUser: "int64",
        seLinuxOptions: "SELinuxOptions",
        seccompProfile: "SeccompProfile",
        windowsOptions: "WindowsSecurityContextOptions",
      },
    },
    Capabilities: {
      fields: {
        add: "[]string",
        drop: "[]string",
      },
    },
    AppArmorProfile: {
      fields: {
        localhostProfile: "string",
        type: "string!",
      },
    },
    SELinuxOptions: {
      fields: {
        level: "string",
        role: "string",
        type: "string",
        user: "string",
      },
    },
    SeccompProfile: {
      fields: {
        localhostProfile: "string",
        type: "string!",
      },
    },
    WindowsSecurityContextOptions: {
      fields: {
        gmsaCredentialSpec: "string",
        gmsaCredentialSpecName: "string",
        hostProcess: "boolean",
        runAsUserName: "string",
      },
    },
  },
};
