export interface Clock {
  now(): Promise<string>;
}
