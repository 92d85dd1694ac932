/** Names that scenarios share. */
export const fairlead = "fairlead";
export const aProcess = "fairlead, a process a call";
export const reference = "containernetworking-plugins";

export const add = "ADD, median";
export const del = "DEL, median";
