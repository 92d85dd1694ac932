/** Names that scenarios share. */
export const fairlead = "fairlead";
/** What a process of Node takes that does nothing. */
export const emptyProcess = "node, an empty script";
export const aProcess = "fairlead, a process a call";
export const reference = "containernetworking-plugins";

export const add = "ADD, median";
export const del = "DEL, median";
