/** The kernel says no to an operation. */
export class Refused extends Error {
  readonly errnoName: string;
  readonly element: number | undefined;

  constructor(errnoName: string, element?: number) {
    super(errnoName);
    this.errnoName = errnoName;
    this.element = element;
  }
}
