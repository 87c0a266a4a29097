/** The shape of a learner's networks; each option has a default for the kind of observation. */
export interface NetworkShape {
  /** Widths of a perceptron's hidden layers. */
  readonly hidden?: readonly number[] | undefined;
  /** The width of a linear layer after them, see `PerceptronOptions`. */
  readonly projection?: number | undefined;
  /** Channels of a graph transformer's nodes. */
  readonly width?: number | undefined;
  /** Layers of a graph transformer. */
  readonly layers?: number | undefined;
  /** Attention heads of a graph transformer. */
  readonly heads?: number | undefined;
  /** For transformers over sequences: which letters attend to which. */
  readonly attention?: 'causal' | 'bidirectional' | undefined;
}

/** The outputs of a network for a state, in this order. */
export interface OutputKinds {
  /** One logit for each action. */
  readonly forward?: boolean;
  /** One logit for each backward action. */
  readonly backward?: boolean;
  /** One number for the state itself: V(s) or log F(s). */
  readonly state?: boolean;
}
