"""What the verbs of `conflictwire` do: settings in, a call of the pipeline, words out."""
