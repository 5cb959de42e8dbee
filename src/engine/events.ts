/** Undoes a subscription. */
export type Off = () => void;

/** An event as it goes over the wire. */
export interface QmpEvent {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly timestamp: { readonly seconds: number; readonly microseconds: number };
}
