interface Conditioned {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** Whether a node or a pod is Ready, as its conditions say. */
export function isReady({ status }: Conditioned): boolean {
  const { conditions = [] } = status ?? {};
  return conditions.some(({ type, status }) => type === "Ready" && status === "True");
}
