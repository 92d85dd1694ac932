import type { TypeTable } from "../type-table.ts";

/** Volumes of single vendors and protocols. */
export const volumeDriverTypes: TypeTable = {
  prefix: "io.k8s.api.core.v1",
  group: "",
  types: {
    AWSElasticBlockStoreVolumeSource: {
      fields: {
        fsType: "string",
        partition: "int32",
        readOnly: "boolean",
        volumeID: "string!",
      },
    },
    AzureDiskVolumeSource: {
      fields: {
        cachingMode: "string",
        diskName: "string!",
        diskURI: "string!",
        fsType: "string",
        kind: "string",
        readOnly: "boolean",
      },
    },
    AzureFileVolumeSource: {
      fields: {
        readOnly: "boolean",
        secretName: "string!",
        shareName: "string!",
      },
    },
    CephFSVolumeSource: {
      fields: {
        monitors: "[]string!",
        path: "string",
        readOnly: "boolean",
        secretFile: "string",
        secretRef: "LocalObjectReference",
        user: "string",
      },
    },
    CinderVolumeSource: {
      fields: {
        fsType: "string",
        readOnly: "boolean",
        secretRef: "LocalObjectReference",
        volumeID: "string!",
      },
    },
    FCVolumeSource: {
      fields: {
        fsType: "string",
        lun: "int32",
        readOnly: "boolean",
        targetWWNs: "[]string",
        wwids: "[]string",
      },
    },
    FlexVolumeSource: {
      fields: {
        driver: "string!",
        fsType: "string",
        options: "{}string",
        readOnly: "boolean",
        secretRef: "LocalObjectReference",
      },
    },
    FlockerVolumeSource: {
      fields: {
        datasetName: "string",
        datasetUUID: "string",
      },
    },
    GCEPersistentDiskVolumeSource: {
      fields: {
        fsType: "string",
        partition: "int32",
        pdName: "string!",
        readOnly: "boolean",
      },
    },
    GitRepoVolumeSource: {
      fields: {
        directory: "string",
        repository: "string!",
        revision: "string",
      },
    },
    GlusterfsVolumeSource: {
      fields: {
        endpoints: "string!",
        path: "string!",
        readOnly: "boolean",
      },
    },
    ISCSIVolumeSource: {
      fields: {
        chapAuthDiscovery: "boolean",
        chapAuthSession: "boolean",
        fsType: "string",
        initiatorName: "string",
        iqn: "string!",
        iscsiInterface: "string",
        lun: "int32!",
        portals: "[]string",
        readOnly: "boolean",
        secretRef: "LocalObjectReference",
        targetPortal: "string!",
      },
    },
    PhotonPersistentDiskVolumeSource: {
      fields: {
        fsType: "string",
        pdID: "string!",
      },
    },
    PortworxVolumeSource: {
      fields: {
        fsType: "string",
        readOnly: "boolean",
        volumeID: "string!",
      },
    },
    QuobyteVolumeSource: {
      fields: {
        group: "string",
        readOnly: "boolean",
        registry: "string!",
        tenant: "string",
        user: "string",
        volume: "string!",
      },
    },
    RBDVolumeSource: {
      fields: {
        fsType: "string",
        image: "string!",
        keyring: "string",
        monitors: "[]string!",
        pool: "string",
        readOnly: "boolean",
        secretRef: "LocalObjectReference",
        user: "string",
      },
    },
    ScaleIOVolumeSource: {
      fields: {
        fsType: "string",
        gateway: "string!",
        protectionDomain: "string",
        readOnly: "boolean",
        secretRef: "LocalObjectReference!",
        sslEnabled: "boolean",
        storageMode: "string",
        storagePool: "string",
        system: "string!",
        volumeName: "string",
      },
    },
    StorageOSVolumeSource: {
      fields: {
        fsType: "string",
        readOnly: "boolean",
        secretRef: "LocalObjectReference",
        volumeName: "string",
        volumeNamespace: "string",
      },
    },
    VsphereVirtualDiskVolumeSource: {
      fields: {
        fsType: "string",
        storagePolicyID: "string",
        storagePolicyName: "string",
        volumePath: "string!",
      },
    },
  },
};
