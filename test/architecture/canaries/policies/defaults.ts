export const value = 1;
export interface Shape {
  readonly value: number;
}
