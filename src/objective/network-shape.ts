/** The shape of a learner's networks; each option has a default for the kind of observation. */
export interface NetworkShape {
  /** Widths of a perceptron's hidden layers. */
  readonly hidden?: readonly number[] | undefined;
  /** The width of a linear layer after them, see `PerceptronOptions`. */
  readonly projection?: number | undefined;
  /** Of networks over graphs, relations and sequences: channels of a node or letter; 128, 128 and 64. */
  readonly width?: number | undefined;
  /** Layers of these: 4, 1 and 2. */
  readonly layers?: number | undefined;
  /** Attention heads of these: 2, 4 and 8. */
  readonly heads?: number | undefined;
  /** For transformers over sequences: which letters attend to which; `bidirectional` by default. */
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
