/** What happened in a seed, for people. Nothing is told unless somebody listens: a seed that fails is run again and told. */
export class Story {
  readonly lines: string[] = [];
  private readonly isTold: boolean;
  private readonly now: () => number;

  constructor(isTold: boolean, now: () => number) {
    this.isTold = isTold;
    this.now = now;
  }

  tell(line: () => string): void {
    if (this.isTold) this.lines.push(`${new Date(this.now()).toISOString().slice(5, 23).replace("T", " ")}  ${line()}`);
  }
}
