import type { Database } from "../database.types.ts";
import type { AnchoredPicture, UprightPicture } from "../jobs/pictures.ts";

export type TryonFailure = Database["public"]["Enums"]["tryon_failure"];

/** What a look is made of. */
export interface LookInput {
  /** Upright JPEG of the customer. */
  readonly photo: AnchoredPicture;
  /** The gown alone, with a transparent background. */
  readonly cutout: AnchoredPicture;
}

/** How far a look is. */
export type LookProgress =
  | { readonly state: "done"; readonly picture: UprightPicture }
  /** `run` is what the provider calls it. */
  | { readonly state: "running"; readonly run: string }
  | { readonly state: "failed"; readonly failure: TryonFailure };

/** Makes looks: by itself, or by a service that is asked again until it is done. */
export interface TryonProvider {
  readonly name: "local" | "fashn";
  /** False where starting costs money: the job then starts at most once. */
  readonly isFree: boolean;
  /**
   * Begins a look, or makes it.
   *
   * @throws NotStarted when it surely has not begun
   * @throws anything else when nobody knows whether it has
   */
  start(input: LookInput): Promise<LookProgress>;
  /**
   * Asks how far a run is.
   *
   * @throws why that is not known now; the run goes on
   */
  look(run: string): Promise<LookProgress>;
}

/** The provider has not begun, and may be asked again. */
export class NotStarted extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "NotStarted";
  }
}
