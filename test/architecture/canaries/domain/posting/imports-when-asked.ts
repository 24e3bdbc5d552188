export const hub = await import("#hub");
