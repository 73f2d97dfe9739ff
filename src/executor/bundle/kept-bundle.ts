import type { Bundle } from './bundle.ts';
import type { Stamps } from './file-stamps.ts';

/** A bundle with the look of everything that it was made from. */
export interface KeptBundle {
  readonly bundle: Bundle;
  readonly stamps: Stamps;
}
