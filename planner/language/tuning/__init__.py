"""Fine-tuning of a small language model on dialogues, made to be quick on a processor without an accelerator."""
