/** Marks a data folder that a demo made and nobody has used since: only such a folder is emptied by the next demo. */
export const demoMarker = "demo.json";
