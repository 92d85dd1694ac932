/** Put on headless Services by hand and on their slices by the controllers; its presence alone counts. */
export const HEADLESS_LABEL = "service.kubernetes.io/headless";
