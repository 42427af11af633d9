"""Language models: what would be useful next, said as probabilities over the calls that are possible."""
