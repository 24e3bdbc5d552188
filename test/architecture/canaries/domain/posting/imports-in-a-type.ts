export type Hub = typeof import("#hub");
