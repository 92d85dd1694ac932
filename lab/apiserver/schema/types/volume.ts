import type { TypeTable } from "../type-table.ts";

/** Volumes. */
export const volumeTypes: TypeTable = {
  prefix: "io.k8s.api.core.v1",
  group: "",
  types: {
    Volume: {
      retainsKeys: true,
      fields: {
        awsElasticBlockStore: "AWSElasticBlockStoreVolumeSource",
        azureDisk: "AzureDiskVolumeSource",
        azureFile: "AzureFileVolumeSource",
        cephfs: "CephFSVolumeSource",
        cinder: "CinderVolumeSource",
        configMap: "ConfigMapVolumeSource",
        csi: "CSIVolumeSource",
        downwardAPI: "DownwardAPIVolumeSource",
        emptyDir: "EmptyDirVolumeSource",
        ephemeral: "EphemeralVolumeSource",
        fc: "FCVolumeSource",
        flexVolume: "FlexVolumeSource",
        flocker: "FlockerVolumeSource",
        gcePersistentDisk: "GCEPersistentDiskVolumeSource",
        gitRepo: "GitRepoVolumeSource",
        glusterfs: "GlusterfsVolumeSource",
        hostPath: "HostPathVolumeSource",
        image: "ImageVolumeSource",
        iscsi: "ISCSIVolumeSource",
        name: "string!",
        nfs: "NFSVolumeSource",
        persistentVolumeClaim: "PersistentVolumeClaimVolumeSource",
        photonPersistentDisk: "PhotonPersistentDiskVolumeSource",
        portworxVolume: "PortworxVolumeSource",
        projected: "ProjectedVolumeSource",
        quobyte: "QuobyteVolumeSource",
        rbd: "RBDVolumeSource",
        scaleIO: "ScaleIOVolumeSource",
        secret: "SecretVolumeSource",
        storageos: "StorageOSVolumeSource",
        vsphereVolume: "VsphereVirtualDiskVolumeSource",
      },
    },
    ConfigMapVolumeSource: {
      fields: {
        defaultMode: "int32",
        items: "[]KeyToPath",
        name: "string",
        optional: "boolean",
      },
    },
    CSIVolumeSource: {
      fields: {
        driver: "string!",
        fsType: "string",
        nodePublishSecretRef: "LocalObjectReference",
        readOnly: "boolean",
        volumeAttributes: "{}string",
      },
    },
    DownwardAPIVolumeSource: {
      fields: {
        defaultMode: "int32",
        items: "[]DownwardAPIVolumeFile",
      },
    },
    EmptyDirVolumeSource: {
      fields: {
        medium: "string",
        sizeLimit: "quantity",
      },
    },
    EphemeralVolumeSource: {
      fields: {
        volumeClaimTemplate: "PersistentVolumeClaimTemplate",
      },
    },
    HostPathVolumeSource: {
      fields: {
        path: "string!",
        type: "string",
      },
    },
    ImageVolumeSource: {
      fields: {
        pullPolicy: "string",
        reference: "string",
      },
    },
    NFSVolumeSource: {
      fields: {
        path: "string!",
        readOnly: "boolean",
        server: "string!",
      },
    },
    PersistentVolumeClaimVolumeSource: {
      fields: {
        claimName: "string!",
        readOnly: "boolean",
      },
    },
    ProjectedVolumeSource: {
      fields: {
        defaultMode: "int32",
        sources: "[]VolumeProjection",
      },
    },
    SecretVolumeSource: {
      fields: {
        defaultMode: "int32",
        items: "[]KeyToPath",
        optional: "boolean",
        secretName: "string",
      },
    },
    KeyToPath: {
      fields: {
        key: "string!",
        mode: "int32",
        path: "string!",
      },
    },
    DownwardAPIVolumeFile: {
      fields: {
        fieldRef: "ObjectFieldSelector",
        mode: "int32",
        path: "string!",
        resourceFieldRef: "ResourceFieldSelector",
      },
    },
    VolumeProjection: {
      fields: {
        clusterTrustBundle: "ClusterTrustBundleProjection",
        configMap: "ConfigMapProjection",
        downwardAPI: "DownwardAPIProjection",
        podCertificate: "PodCertificateProjection",
        secret: "SecretProjection",
        serviceAccountToken: "ServiceAccountTokenProjection",
      },
    },
    ClusterTrustBundleProjection: {
      fields: {
        labelSelector: "LabelSelector",
        name: "string",
        optional: "boolean",
        path: "string!",
        signerName: "string",
      },
    },
    ConfigMapProjection: {
      fields: {
        items: "[]KeyToPath",
        name: "string",
        optional: "boolean",
      },
    },
    DownwardAPIProjection: {
      fields: {
        items: "[]DownwardAPIVolumeFile",
      },
    },
    PodCertificateProjection: {
      fields: {
        certificateChainPath: "string",
        credentialBundlePath: "string",
        keyPath: "string",
        keyType: "string!",
        maxExpirationSeconds: "int32",
        signerName: "string!",
        userAnnotations: "{}string",
      },
    },
    SecretProjection: {
      fields: {
        items: "[]KeyToPath",
        name: "string",
        optional: "boolean",
      },
    },
    ServiceAccountTokenProjection: {
      fields: {
        audience: "string",
        expirationSeconds: "int64",
        path: "string!",
      },
    },
  },
};
