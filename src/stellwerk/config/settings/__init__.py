"""Settings read from the environment, so that one build runs on a laptop and on many nodes."""
