/** The shape of the networks that a learner makes for itself; each option has a default by the kind of observation. */
export interface NetworkShape {
  /** Widths of a perceptron's hidden layers. */
  readonly hidden?: readonly number[] | undefined;
  /** The width of a linear layer behind them, see `PerceptronOptions`. */
  readonly projection?: number | undefined;
  /** Channels of a graph transformer's nodes. */
  readonly width?: number | undefined;
  /** Layers of a graph transformer. */
  readonly layers?: number | undefined;
  /** Attention heads of a graph transformer. */
  readonly heads?: number | undefined;
  /** Of a transformer over sequences: what letters attend to. */
  readonly attention?: 'causal' | 'bidirectional' | undefined;
}

/** What a network gives for a state. Outputs stand in this order. */
export interface OutputKinds {
  /** One logit for each action. */
  readonly forward?: boolean;
  /** One logit for each backward action. */
  readonly backward?: boolean;
  /** One number for the state itself: V(s) or log F(s). */
  readonly state?: boolean;
}
