/** Takes documents out of the document store for good: the one effect there that cannot be undone, given to the few who may. */
export interface DocumentRemoval {
  /** Every version of a content address or a file of the hub's own; nothing there is no error. Throws Unavailable: remove it again. */
  remove(address: string): Promise<void>;
}
