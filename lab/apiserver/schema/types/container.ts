import type { TypeTable } from "../type-table.ts";

/** Containers. */
export const containerTypes: TypeTable = {
  prefix: "io.k8s.api.core.v1",
  group: "",
  types: {
    Container: {
      about: "One container of a pod.",
      fields: {
        args: "[]string Arguments of the program.",
        command: "[]string The program, in place of the image's entry point.",
        env: "[name]EnvVar Environment variables.",
        envFrom: "[]EnvFromSource ConfigMaps and Secrets whose pairs become environment variables.",
        image: "string The image to run.",
        imagePullPolicy: "string Always, IfNotPresent or Never.",
        lifecycle: "Lifecycle",
        livenessProbe: "Probe A check whose failure restarts the container.",
        name: "string! Unique within the pod.",
        ports:
          "[containerPort,protocol=TCP]ContainerPort Ports that the container listens on. What is not listed is reachable all the same.",
        readinessProbe: "Probe A check whose failure takes the pod out of its Services.",
        resizePolicy: "[]ContainerResizePolicy",
        resources: "ResourceRequirements How much of CPU and memory it needs and may use.",
        restartPolicy: "string",
        restartPolicyRules: "[]ContainerRestartRule",
        securityContext: "SecurityContext User, capabilities and the like.",
        startupProbe: "Probe A check that the others wait for.",
        stdin: "boolean",
        stdinOnce: "boolean",
        terminationMessagePath: "string",
        terminationMessagePolicy: "string",
        tty: "boolean",
        volumeDevices: "[devicePath]VolumeDevice",
        volumeMounts: "[mountPath]VolumeMount Where volumes appear in the file system.",
        workingDir: "string Directory that the program starts in.",
      },
    },
    EphemeralContainer: {
      fields: {
        args: "[]string",
        command: "[]string",
        env: "[name]EnvVar",
        envFrom: "[]EnvFromSource",
        image: "string",
        imagePullPolicy: "string",
        lifecycle: "Lifecycle",
        livenessProbe: "Probe",
        name: "string!",
        ports: "[containerPort,protocol=TCP]ContainerPort",
        readinessProbe: "Probe",
        resizePolicy: "[]ContainerResizePolicy",
        resources: "ResourceRequirements",
        restartPolicy: "string",
        restartPolicyRules: "[]ContainerRestartRule",
        securityContext: "SecurityContext",
        startupProbe: "Probe",
        stdin: "boolean",
        stdinOnce: "boolean",
        targetContainerName: "string",
        terminationMessagePath: "string",
        terminationMessagePolicy: "string",
        tty: "boolean",
        volumeDevices: "[devicePath]VolumeDevice",
        volumeMounts: "[mountPath]VolumeMount",
        workingDir: "string",
      },
    },
    ContainerPort: {
      fields: {
        containerPort: "int32! Number of the port, on the pod's address.",
        hostIP: "string",
        hostPort: "int32 A port of the node that leads to this one.",
        name: "string By which Services and probes may refer to the port.",
        protocol: "string TCP, UDP or SCTP; TCP unless said.",
      },
    },
    ContainerResizePolicy: {
      fields: {
        resourceName: "string!",
        restartPolicy: "string!",
      },
    },
    ContainerRestartRule: {
      fields: {
        action: "string!",
        exitCodes: "ContainerRestartRuleOnExitCodes",
      },
    },
    ContainerRestartRuleOnExitCodes: {
      fields: {
        operator: "string!",
        values: "[set]int32",
      },
    },
    EnvVar: {
      fields: {
        name: "string!",
        value: "string",
        valueFrom: "EnvVarSource",
      },
    },
    EnvVarSource: {
      fields: {
        configMapKeyRef: "ConfigMapKeySelector",
        fieldRef: "ObjectFieldSelector",
        fileKeyRef: "FileKeySelector",
        resourceFieldRef: "ResourceFieldSelector",
        secretKeyRef: "SecretKeySelector",
      },
    },
    EnvFromSource: {
      fields: {
        configMapRef: "ConfigMapEnvSource",
        prefix: "string",
        secretRef: "SecretEnvSource",
      },
    },
    ConfigMapEnvSource: {
      fields: {
        name: "string",
        optional: "boolean",
      },
    },
    SecretEnvSource: {
      fields: {
        name: "string",
        optional: "boolean",
      },
    },
    ConfigMapKeySelector: {
      isAtomic: true,
      fields: {
        key: "string!",
        name: "string",
        optional: "boolean",
      },
    },
    SecretKeySelector: {
      isAtomic: true,
      fields: {
        key: "string!",
        name: "string",
        optional: "boolean",
      },
    },
    ObjectFieldSelector: {
      isAtomic: true,
      fields: {
        apiVersion: "string",
        fieldPath: "string!",
      },
    },
    ResourceFieldSelector: {
      isAtomic: true,
      fields: {
        containerName: "string",
        divisor: "quantity",
        resource: "string!",
      },
    },
    FileKeySelector: {
      isAtomic: true,
      fields: {
        key: "string!",
        optional: "boolean",
        path: "string!",
        volumeName: "string!",
      },
    },
    ResourceRequirements: {
      fields: {
        claims: "[=name]ResourceClaim",
        limits: "{}quantity",
        requests: "{}quantity",
      },
    },
    ResourceClaim: {
      fields: {
        name: "string!",
        request: "string",
      },
    },
    VolumeMount: {
      fields: {
        mountPath: "string!",
        mountPropagation: "string",
        name: "string!",
        readOnly: "boolean",
        recursiveReadOnly: "string",
        subPath: "string",
        subPathExpr: "string",
      },
    },
    VolumeDevice: {
      fields: {
        devicePath: "string!",
        name: "string!",
      },
    },
  },
};
